using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using PatchSsl.Client;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Web.Pages.Embed;

/// <summary>Embeds the person's own images and shows how a script would.</summary>
public sealed partial class EmbedPage
{
    /// <summary>Images a request.</summary>
    public const int MaxFiles = 64;

    private const long MaxBytes = 32_000_000;

    private readonly List<IBrowserFile> _files = [];
    private IReadOnlyList<Model>? _models;
    private string? _model, _refusal;
    private VectorKind _vectors;
    private string _patches = "grid:16";
    private EmbeddingOutput _output;
    private bool _normalize = true, _busy;
    private EmbeddingResult? _result;

    /// <summary>Model to start with, from the address.</summary>
    [SupplyParameterFromQuery(Name = "model")] public string? AskedModel { get; set; }

    private Model? Model => _models?.FirstOrDefault(m => m.Id == _model);

    /// <summary>The space chosen; while the model lacks it, the embedding.</summary>
    private VectorKind Vectors
    {
        get => Choices.Offers(Model, _vectors) ? _vectors : VectorKind.Embedding;
        set => _vectors = value;
    }

    private Uri Server => new(Navigation.BaseUri);

    private EmbeddingRequest Request => new(_model ?? "", Vectors, _patches, _output, _normalize);

    private IReadOnlyList<string> Names => [.. _files.Take(3).Select(f => f.Name)];

    /// <inheritdoc/>
    protected override Task OnInitializedAsync() => LoadModelsAsync();

    private Task LoadModelsAsync() => LoadAsync(async token =>
    {
        _models = [.. (await Api.ListModelsAsync(new ListQuery(500), token)).Items.OrderByDescending(m => m.CreatedAt)];
        _model = _models.FirstOrDefault(m => m.Id == AskedModel)?.Id ?? _models.FirstOrDefault()?.Id;
    });

    private void Take(IReadOnlyList<IBrowserFile> files)
    {
        _files.AddRange(files);
        _refusal = null;
        if (_files.Count <= MaxFiles) return;
        _refusal = $"A request takes {MaxFiles} images: the first {MaxFiles} of {_files.Count} are kept.";
        _files.RemoveRange(MaxFiles, _files.Count - MaxFiles);
    }

    private async Task EmbedAsync()
    {
        (_busy, _refusal) = (true, null);
        try
        {
            // Read before sending: a file larger than allowed then names itself instead of breaking the request off.
            var uploads = new List<UploadFile>();
            foreach (var file in _files)
            {
                var buffer = new MemoryStream();
                await using var stream = file.OpenReadStream(MaxBytes, Leaving);
                await stream.CopyToAsync(buffer, Leaving);
                buffer.Position = 0;
                uploads.Add(new UploadFile(file.Name, buffer, file.ContentType));
            }
            _result = await Api.EmbedAsync(uploads, Request, Leaving);
        }
        catch (ApiException e)
        {
            _refusal = e.Message;
        }
        catch (IOException e)
        {
            _refusal = e.Message;
        }
        finally
        {
            _busy = false;
        }
    }

    private string ModelName(string? id) => _models?.FirstOrDefault(m => m.Id == id) is { } model ? model.Name : "";

    private static string OutputText(EmbeddingOutput output) => output switch
    {
        EmbeddingOutput.Bag => "bag: one vector an image",
        EmbeddingOutput.Patches => "patches: one vector a patch",
        _ => "both",
    };
}
