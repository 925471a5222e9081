namespace PatchSsl.Api.Embeddings;

/// <summary>The models in memory, the least recently used one leaving first. Belongs to the embedding thread.</summary>
internal sealed class LoadedModels(int limit, Func<ModelFile, IPatchEncoder> load) : IDisposable
{
    private readonly LinkedList<(ModelFile Model, IPatchEncoder Encoder)> _loaded = [];

    public IPatchEncoder Get(ModelFile model)
    {
        for (var node = _loaded.First; node is not null; node = node.Next)
        {
            if (node.Value.Model != model) continue;
            _loaded.Remove(node);
            _loaded.AddFirst(node);
            return node.Value.Encoder;
        }
        // Room first: two models at once may not fit on a small device.
        while (_loaded.Count >= limit) Remove(_loaded.Last!);
        return _loaded.AddFirst((model, load(model))).Value.Encoder;
    }

    /// <summary>Lets go of a model, trained and before training.</summary>
    public void Unload(string id)
    {
        for (var node = _loaded.First; node is not null;)
        {
            var (gone, next) = (node.Value.Model.Id == id, node.Next);
            if (gone) Remove(node);
            node = next;
        }
    }

    public void Dispose()
    {
        while (_loaded.First is { } node) Remove(node);
    }

    private void Remove(LinkedListNode<(ModelFile, IPatchEncoder Encoder)> node)
    {
        _loaded.Remove(node);
        node.Value.Encoder.Dispose();
    }
}
