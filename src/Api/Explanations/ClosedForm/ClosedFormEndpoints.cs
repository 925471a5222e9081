using Microsoft.AspNetCore.Http.HttpResults;
using PatchSsl.Api.Hosting;
using PatchSsl.Client;
using PatchSsl.Client.Contracts;
using PatchSsl.Core.Explain.ClosedForm;
using ClosedFormResult = PatchSsl.Client.Contracts.ClosedFormResult;

namespace PatchSsl.Api.Explanations.ClosedForm;

/// <summary>The closed-form experiment: what the spectral loss learns of a known joint, beside what it should.</summary>
public static class ClosedFormEndpoints
{
    public static IServiceCollection AddClosedForm(this IServiceCollection services) => services.AddSingleton<ClosedFormLab>();

    public static void MapClosedForm(this IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/explanations/closed-form").WithTags("Explanations");
        group.MapGet("/presets", Presets).WithName("listClosedFormPresets").WithSummary("Joints that are worth looking at")
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        group.MapPost("", Run).WithName("runClosedForm").WithSummary("Train a table on a known joint and set the learned products beside p(i,j)/(p(i)p(j))")
            .WithDescription(
                "Takes seconds, in the server itself; nothing is stored. As application/json the result; as application/x-ndjson a line for the theory, about 40 for the " +
                "training and the result last, each with one of the fields theory, frame and result; as text/csv a row a pair. The same body gives the same numbers on one machine.")
            .Produces<ClosedFormResult>(StatusCodes.Status200OK, "application/json", ClosedFormStream.MediaType, Csv.MediaType)
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status406NotAcceptable)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity).ProducesProblem(StatusCodes.Status503ServiceUnavailable);
    }

    /// <param name="symbols">Symbols of each joint, 2 to 64; where a preset needs more, as few as it takes. Absent: each one's own number.</param>
    public static Ok<ClosedFormPresets> Presets(int? symbols)
    {
        ClosedFormRules.Symbols(symbols);
        return TypedResults.Ok(new ClosedFormPresets([.. JointPresets.All.Select(p => p.Show(symbols))]));
    }

    public static async Task<IResult> Run(ClosedFormRequest body, HttpRequest request, ClosedFormLab lab, CancellationToken cancellationToken)
    {
        var format = Negotiation.Choose(request, "application/json", ClosedFormStream.MediaType, Csv.MediaType);
        var spec = ClosedFormRules.Spec(body);
        if (format == ClosedFormStream.MediaType) return new ClosedFormStream(lab, spec, body.Preset);
        using var place = await lab.EnterAsync();
        var result = (await lab.RunAsync(spec, null, null, cancellationToken)).Show(body.Preset);
        return format == Csv.MediaType
            ? Csv.Stream(ClosedFormCsv.Header, ClosedFormCsv.Rows(result).ToAsyncEnumerable(), ClosedFormCsv.FileName(result, "csv"))
            : TypedResults.Ok(result);
    }
}
