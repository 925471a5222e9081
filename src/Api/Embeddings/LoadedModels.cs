namespace PatchSsl.Api.Embeddings;

/// <summary>The models in memory, the least recently used one leaving first. Belongs to the embedding thread.</summary>
internal sealed class LoadedModels(int limit, Func<ModelFile, IPatchEncoder> load) : IDisposable
{
    private readonly LinkedList<(string Id, IPatchEncoder Encoder)> _loaded = [];

    public IPatchEncoder Get(ModelFile model)
    {
        for (var node = _loaded.First; node is not null; node = node.Next)
        {
            if (node.Value.Id != model.Id) continue;
            _loaded.Remove(node);
            _loaded.AddFirst(node);
            return node.Value.Encoder;
        }
        // Room first: two models at once may not fit on a small device.
        while (_loaded.Count >= limit) Remove(_loaded.Last!);
        return _loaded.AddFirst((model.Id, load(model))).Value.Encoder;
    }

    public void Unload(string id)
    {
        for (var node = _loaded.First; node is not null; node = node.Next)
        {
            if (node.Value.Id != id) continue;
            Remove(node);
            return;
        }
    }

    public void Dispose()
    {
        while (_loaded.First is { } node) Remove(node);
    }

    private void Remove(LinkedListNode<(string, IPatchEncoder Encoder)> node)
    {
        _loaded.Remove(node);
        node.Value.Encoder.Dispose();
    }
}
