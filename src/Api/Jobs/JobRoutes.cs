namespace PatchSsl.Api.Jobs;

/// <summary>What routes that make a job have in common.</summary>
public static class JobRoutes
{
    /// <summary>Documents what a request that makes a resource and a job can be answered with.</summary>
    public static RouteHandlerBuilder Creates(this RouteHandlerBuilder endpoint) => endpoint
        .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity).ProducesProblem(StatusCodes.Status503ServiceUnavailable)
        .ProducesProblem(StatusCodes.Status507InsufficientStorage);
}
