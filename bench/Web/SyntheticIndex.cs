using Microsoft.Data.Sqlite;
using PatchSsl.Client;
using PatchSsl.Client.Contracts;
using PatchSsl.Core.Patches;
using PatchSsl.Core.Search;

namespace PatchSsl.Bench;

/// <summary>A dataset of generated images on a running server, and two indexes of clustered vectors made up for its patches, as training would leave them.</summary>
internal static class SyntheticIndex
{
    private const int PerImage = 16, ImageSide = 32;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Makes them.</summary>
    /// <param name="rows">Patches of the dataset; a multiple of 16.</param>
    /// <param name="dims">Values of a vector: of the embedding, and of the projection beside it.</param>
    /// <returns>Id of the embedding's index.</returns>
    public static string Make(RunningServer server, string data, int rows, int[] dims)
    {
        var dataset = MakeDataset(server, rows / PerImage);
        using var database = new SqliteConnection($"Data Source={Path.Combine(data, "patchssl.db")};Default Timeout=30");
        database.Open();
        // No file stands behind the model: what the grid holds is found without it.
        Insert(database, "Models", ("Id", "mdl_bench"), ("Source", "imported"), ("Name", "Made up"), ("Sha256", new string('0', 64)), ("Bytes", 1), ("CreatedAt", 1));
        VectorKind[] spaces = [VectorKind.Embedding, VectorKind.Projection];
        for (var i = 0; i < spaces.Length; i++)
        {
            var id = $"idx_bench{i}";
            var path = Path.Combine(data, "indexes", $"{id}.index");
            var vectors = new SearchVectors(rows, dims[i], queries: 1);
            var header = SearchVectors.Header(rows, dims[i], IndexStorage.F16) with { Grid = new PatchGrid(PerImage), DatasetId = dataset };
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using (var writer = new IndexWriter(path, header))
            {
                writer.Append(vectors.AllRows);
                writer.Commit();
            }
            Insert(
                database, "Indexes", ("Id", id), ("DatasetId", dataset), ("ModelId", "mdl_bench"), ("Vectors", spaces[i].ToString()), ("Patches", $"grid:{PerImage}"),
                ("Storage", nameof(VectorStorage.F16)), ("State", nameof(ResourceState.Ready)), ("PatchCount", rows), ("Dim", dims[i]), ("Bytes", header.FileLength), ("CreatedAt", i + 1));
        }
        return "idx_bench0";
    }

    private static string MakeDataset(RunningServer server, int images)
    {
        var api = new ApiClient(server.Http);
        var made = api.CreateDatasetAsync(new CreateDataset("Scenes", new DatasetSource(SourceKind.Generated, Images: images, Size: ImageSide, Seed: 1))).Result;
        while (made.State != ResourceState.Ready)
        {
            if (made.State == ResourceState.Failed) throw new ArgumentException($"The dataset could not be made: {made.Error}");
            server.Rest(Pause);
            made = api.GetDatasetAsync(made.Id).Result;
        }
        return made.Id;
    }

    private static void Insert(SqliteConnection database, string table, params ReadOnlySpan<(string Column, object Value)> values)
    {
        using var command = database.CreateCommand();
        List<string> columns = [], names = [];
        foreach (var (column, value) in values)
        {
            columns.Add($"\"{column}\"");
            names.Add($"@{column}");
            command.Parameters.AddWithValue($"@{column}", value);
        }
        command.CommandText = $"INSERT INTO \"{table}\" ({string.Join(", ", columns)}) VALUES ({string.Join(", ", names)})";
        command.ExecuteNonQuery();
    }
}
