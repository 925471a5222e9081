using System.Text;
using PatchSsl.Client;
using PatchSsl.Client.Contracts;
using PatchSsl.Web.Pages.Embed;

namespace PatchSsl.Web.Tests.Embed;

public sealed class SnippetTests
{
    private static readonly Uri Server = new("http://box:5080/");

    [Fact]
    public void Curl_does_what_the_page_does() => Assert.Equal(
        """
        curl -sS 'http://box:5080/api/v1/embeddings?model=ck_1&vectors=projection&patches=grid%3A4&output=both&normalize=false' \
          -F 'files=@it'\''s me.png'
        """.ReplaceLineEndings("\n"),
        EmbedSnippets.Curl(Server, new EmbeddingRequest("ck_1", VectorKind.Projection, "grid:4", EmbeddingOutput.Both, Normalize: false), ["it's me.png"]));

    [Fact]
    public void Python_quotes_names_and_takes_patches_where_they_are_asked_for()
    {
        var script = EmbedSnippets.Python(Server, new EmbeddingRequest("ck_1", Output: EmbeddingOutput.Patches), ["it's.png"]);
        Assert.Contains(@"files = ['it\'s.png']", script);
        Assert.Contains("[p['vector'] for p in item['patches']]", script);
    }

    [Fact]
    public void Npy_holds_header_and_rows_as_numpy_reads_them()
    {
        var file = NpyFile.Write([[1f, 2f], [3f, -0.5f], [0f, 7f]]);
        var header = BitConverter.ToUInt16(file, 8);
        Assert.Equal("\u0093NUMPY\u0001\0", Encoding.Latin1.GetString(file, 0, 8));
        Assert.Equal(0, (10 + header) % 64);
        Assert.Equal("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }", Encoding.ASCII.GetString(file, 10, header).TrimEnd());
        Assert.Equal((byte)'\n', file[9 + header]);
        Assert.Equal(10 + header + 24, file.Length);
        Assert.Equal(-0.5f, BitConverter.ToSingle(file, 10 + header + 12));
    }
}
