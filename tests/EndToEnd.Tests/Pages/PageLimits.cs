namespace PatchSsl.EndToEnd.Tests.Pages;

/// <summary>How long a page may take to show what a test waits for, in milliseconds: only what never comes takes as long.</summary>
internal static class PageLimits
{
    public const float Hang = 60_000;
}
