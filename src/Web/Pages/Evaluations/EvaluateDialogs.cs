using Microsoft.AspNetCore.Components;
using MudBlazor;
using PatchSsl.Client;

namespace PatchSsl.Web.Pages.Evaluations;

/// <summary>The bag sweep is one click away from a run, a model and the evaluations.</summary>
public static class EvaluateDialogs
{
    /// <summary>Asks what to evaluate, then opens what was started.</summary>
    /// <param name="model">Model to begin with, or a run for its newest.</param>
    /// <param name="dataset">Dataset to begin with, if it has classes.</param>
    public static async Task EvaluateAsync(this IDialogService dialogs, NavigationManager navigation, string? model = null, string? dataset = null)
    {
        var dialog = await dialogs.ShowAsync<EvaluateDialog>("Bag sweep", new DialogParameters<EvaluateDialog> { { d => d.ModelId, model }, { d => d.DatasetId, dataset } });
        if (await dialog.Result is { Canceled: false, Data: string made }) navigation.NavigateTo(ApiRoutes.WithQuery("evaluations", ("id", made)));
    }
}
