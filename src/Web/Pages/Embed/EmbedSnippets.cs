using PatchSsl.Client;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Web.Pages.Embed;

/// <summary>The same request from a terminal and from Python.</summary>
public static class EmbedSnippets
{
    /// <summary>A curl command that prints the answer as JSON.</summary>
    /// <param name="server">The server's root, ending with a slash.</param>
    public static string Curl(Uri server, EmbeddingRequest request, IReadOnlyList<string> files) =>
        $"curl -sS '{Address(server, request)}'" + string.Concat(Names(files).Select(f => $" \\\n  -F 'files=@{Escape(f, "'\\''")}'"));

    /// <summary>A Python script that ends with the vectors as a NumPy array.</summary>
    public static string Python(Uri server, EmbeddingRequest request, IReadOnlyList<string> files)
    {
        var names = string.Join(", ", Names(files).Select(f => $"'{Escape(f.Replace("\\", "\\\\"), "\\'")}'"));
        var (take, shape) = request.Output == EmbeddingOutput.Patches
            ? ("[[p['vector'] for p in item['patches']] for item in answer['items']]", "(images, patches, dim)")
            : ("[item['bag'] for item in answer['items']]", "(images, dim)");
        return $"""
            import numpy as np
            import requests

            files = [{names}]
            response = requests.post(
                '{Address(server, request)}',
                files=[('files', open(name, 'rb')) for name in files])
            response.raise_for_status()
            answer = response.json()
            for error in answer['errors']:
                print(error['name'], error['detail'])
            vectors = np.array({take}, dtype=np.float32)
            print(vectors.shape)  # {shape}
            """.ReplaceLineEndings("\n");
    }

    private static string Address(Uri server, EmbeddingRequest request) => new Uri(server, ApiClient.EmbeddingRoute(request with { Base64 = false })).ToString();

    private static IReadOnlyList<string> Names(IReadOnlyList<string> files) => files.Count == 0 ? ["image.jpg"] : files;

    private static string Escape(string name, string quote) => name.Replace("'", quote);
}
