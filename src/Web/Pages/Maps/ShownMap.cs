using PatchSsl.Client;
using PatchSsl.Client.Contracts;

namespace PatchSsl.Web.Pages.Maps;

/// <summary>One map of the page: its index, and the newest answer about it.</summary>
public sealed class ShownMap(PatchIndex index)
{
    private MapRequest? _request;

    public PatchIndex Index { get; } = index;

    /// <summary>Where it is drawn; null while the table is shown.</summary>
    public MapScatter? Scatter { get; set; }

    /// <summary>Null before the first answer and after a failure.</summary>
    public PatchMap? Map { get; private set; }

    /// <summary>A map is being made; until it is done <see cref="Map"/> is the one before.</summary>
    public bool Busy { get; private set; }

    public ApiException? Failure { get; private set; }

    /// <summary>Asks for a map, unless it is shown already. A request that is overtaken changes nothing.</summary>
    public async Task LoadAsync(ApiClient api, MapRequest request, CancellationToken cancellationToken)
    {
        if (request == _request && Failure is null) return;
        (_request, Busy, Failure) = (request, true, null);
        try
        {
            var map = await api.GetMapAsync(Index.Id, request, cancellationToken);
            if (request == _request) Map = map;
        }
        catch (ApiException e)
        {
            if (request == _request) (Map, Failure) = (null, e);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            if (request == _request) _request = null;
        }
        if (request == _request || _request is null) Busy = false;
    }
}
