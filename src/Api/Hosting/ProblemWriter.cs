using System.Text.Json;

namespace PatchSsl.Api.Hosting;

/// <summary>Writes problems whatever the request accepts: the framework's own writer stays silent where Accept leaves out JSON, and a failure must not.</summary>
public sealed class ProblemWriter : IProblemDetailsWriter
{
    public bool CanWrite(ProblemDetailsContext context) => true;

    public ValueTask WriteAsync(ProblemDetailsContext context)
    {
        Failures.Complete(context);
        var problem = context.ProblemDetails;
        return new ValueTask(context.HttpContext.Response.WriteAsJsonAsync(problem, problem.GetType(), (JsonSerializerOptions?)null, "application/problem+json"));
    }
}
