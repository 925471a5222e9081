using Microsoft.AspNetCore.Components;
using MudBlazor;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Web.Pages.Explain;

/// <summary>A report is one click away from a run, a model and the list of reports.</summary>
public static class ExplainDialogs
{
    /// <summary>Asks what to measure, then opens the report that was started, or that existed.</summary>
    /// <param name="kind">Kind to begin with.</param>
    /// <param name="model">Model to begin with, or a run for its newest.</param>
    /// <param name="dataset">Dataset to begin with.</param>
    public static async Task ExplainAsync(
        this IDialogService dialogs, NavigationManager navigation, ExplanationKind? kind = null, string? model = null, string? dataset = null)
    {
        var dialog = await dialogs.ShowAsync<ExplainDialog>("New report", new DialogParameters<ExplainDialog>
        {
            { d => d.Kind, kind ?? KindText.All[0].Kind }, { d => d.ModelId, model }, { d => d.DatasetId, dataset },
        });
        if (await dialog.Result is { Canceled: false, Data: string made }) navigation.NavigateTo($"explain/{made}");
    }
}
