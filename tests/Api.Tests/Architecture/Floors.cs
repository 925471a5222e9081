namespace PatchSsl.Api.Tests.Architecture;

/// <summary>
/// The plan of the house: rooms (namespaces) floor by floor, from the ground up. A room uses rooms of the floors below it, and never one
/// beside or above it. This list is the documentation: docs/architecture.md shows it, and a room that is not listed fails the test.
/// </summary>
public sealed record House(string Root, IReadOnlyList<string[]> Floors)
{
    /// <summary>Core: from arithmetic that knows nobody of ours up to the reports.</summary>
    public static House Core { get; } = new("PatchSsl.Core",
    [
        [
            "Runtime",              // libtorch, devices, threads, randomness by counter
            "Files",                // files and folders that are durable
            "Pixels",               // boxes and resizing: arithmetic without tensor or file
            "Jobs",                 // how work tells and gives up
            "Recipes",              // every setting of a training, with its range
            "Optimisers",           // parameters and gradients → parameters
            "Images.Scenes",        // generated images
        ],
        [
            "Images",               // decode, store, read back
            "Objectives",           // projections z → loss
            "Augmentation",         // random colours
        ],
        [
            "Models",               // encoder and projector
            "Patches",              // images → patches
            "Images.Import",        // untrusted files → a store
            "Explain.ClosedForm",   // the spectral loss on a known joint
        ],
        [
            "Checkpoints",          // models on disk
            "Search",               // rows found by likeness
        ],
        [
            "Embedding",            // patches → vectors
            "Measures",             // what can be computed of a set of vectors
            "Explain.Map",          // an index's rows as points
        ],
        [
            "Training",             // learn
            "Evaluation",           // judge
            "Indexing",             // fill an index
            "Explain",              // what reports have in common
        ],
        [
            "Explain.Convergence", "Explain.Cooccurrence", "Explain.Locality", "Explain.Spectrum",  // a report each
        ],
    ]);

    /// <summary>Api: from what every feature stands on up to the one place that knows them all.</summary>
    public static House Api { get; } = new("PatchSsl.Api",
    [
        [
            "Hosting",              // options, problems, paging, forms, ids, the data directory
        ],
        [
            "Database",             // rows, and who uses them
            "Access",               // keys and sessions
            "Torch",                // libtorch: what there is, and its loading
            "Decoding",             // pictures of requests, decoded in processes of their own
        ],
        [
            "Images",               // stored images and their patches
            "Jobs",                 // the queue and its workers, seen from the server
            "Explanations.ClosedForm",
        ],
        [
            "Models",               // what can embed
            "Datasets",
            "OpenApi",              // the description of the API
        ],
        [
            "Embeddings", "Evaluations", "Explanations", "Runs",
        ],
        [
            "Indexes", "Comparisons",
            "Status",               // the server about itself
            "Worker",               // the other program's root: Core's jobs by kind
        ],
        [
            "Demo",
        ],
        [
            "Composition",          // server and features: knows everybody, known by Program alone
        ],
    ]);

    /// <summary>The rooms, each with the number of its floor.</summary>
    public IReadOnlyDictionary<string, int> Rooms { get; } =
        Floors.SelectMany((rooms, floor) => rooms.Select(room => (room, floor))).ToDictionary(r => r.room, r => r.floor, StringComparer.Ordinal);
}
