using System.Net;
using System.Net.Sockets;
using AuditWatch.Telemetry;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace AuditWatch.Sources.Webhook;

/// <summary>
/// Who may hold the connections of an address that is listened on, so that nobody holds them all. Whoever comes is let in: when there are too many, one connection is ended, of clients without credentials while those have
/// more than half, else of those with; of the address or client that has the most of them, the one on which nothing has been asked for the longest. So a probe, or an API server that connects anew, finds room beside any
/// number of idle connections, and an API server that is known keeps its own. A connection on which nothing is asked at all is ended after a while, the TLS handshake included. Thread-safe.
/// </summary>
/// <param name="most">The most connections, at least 1.</param>
/// <param name="firstRequest">How long a connection may take to its first request.</param>
/// <param name="time">The clock.</param>
/// <param name="metrics">Counts what is ended.</param>
/// <param name="logger">Hears of crowds, at most once in <see cref="LogInterval"/>.</param>
internal sealed class ConnectionShares(int most, TimeSpan firstRequest, TimeProvider time, SourceInstruments metrics, ILogger logger)
{
    private static readonly TimeSpan LogInterval = TimeSpan.FromHours(1);

    // Somebody with IPv6 has as many addresses as they like, but of one network.
    private const int NetworkBytes = 8;

    private readonly Lock _lock = new();
    private readonly Class _strangers = new();
    private readonly Class _known = new();
    private long? _logged;

    /// <summary>Serves a connection for as long as it may stay.</summary>
    public async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var shared = new SharedConnection(this, connection, NetworkOf((connection.RemoteEndPoint as IPEndPoint)?.Address));
        connection.Features.Set(shared);
        if (Enter(shared) is { } crowded)
        {
            End(crowded, "crowded");
            Log(crowded);
        }

        try
        {
            await using var deadline = time.CreateTimer(_ => EndIfSilent(shared), null, firstRequest, Timeout.InfiniteTimeSpan).ConfigureAwait(false);
            await next(connection).ConfigureAwait(false);
        }
        finally
        {
            Leave(shared);
        }
    }

    /// <summary>The part of an address that stands for whoever uses it: the whole of it, of IPv6 the network (RFC 4291, 64 bits).</summary>
    public static string NetworkOf(IPAddress? address) =>
        address is null ? ""
        : address.IsIPv4MappedToIPv6 ? address.MapToIPv4().ToString()
        : address.AddressFamily == AddressFamily.InterNetworkV6 ? $"{new IPAddress([.. address.GetAddressBytes().AsSpan(0, NetworkBytes), .. new byte[NetworkBytes]])}/64"
        : address.ToString();

    /// <summary>Something is asked on a connection.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="client">Who asks, as far as that has been proved; null for nobody who is known.</param>
    public void Note(SharedConnection connection, string? client)
    {
        lock (_lock)
        {
            if (connection.IsIn)
            {
                Remove(connection);
                connection.HasAsked = true;
                (connection.Owner, connection.IsKnown) = client is null ? (connection.Owner, connection.IsKnown) : (client, true);
                Add(connection);
            }
        }
    }

    private static void End(ConnectionContext connection, string why) => connection.Abort(new ConnectionAbortedException(why));

    private void End(SharedConnection connection, string reason)
    {
        metrics.EndedConnections.Add(1, new KeyValuePair<string, object?>("reason", reason));
        End(connection.Connection, reason);
    }

    private SharedConnection? Enter(SharedConnection connection)
    {
        lock (_lock)
        {
            Add(connection);
            if (_strangers.Count + _known.Count <= most)
            {
                return null;
            }

            var victim = (_strangers.Count > most / 2 ? _strangers : _known).Idlest(connection);
            Remove(victim);
            return victim;
        }
    }

    private void Leave(SharedConnection connection)
    {
        lock (_lock)
        {
            if (connection.IsIn)
            {
                Remove(connection);
            }
        }
    }

    private void EndIfSilent(SharedConnection connection)
    {
        lock (_lock)
        {
            if (connection.HasAsked || !connection.IsIn)
            {
                return;
            }

            Remove(connection);
        }

        End(connection, "silent");
    }

    private void Add(SharedConnection connection) => (connection.IsKnown ? _known : _strangers).Add(connection);

    private void Remove(SharedConnection connection) => (connection.IsKnown ? _known : _strangers).Remove(connection);

    private void Log(SharedConnection crowded)
    {
        lock (_lock)
        {
            if (_logged is { } before && time.GetElapsedTime(before) < LogInterval)
            {
                return;
            }

            _logged = time.GetTimestamp();
        }

        logger.LogWarning(
            "There are more than {Most} connections, most of them of {Who}: its idlest is ended for each that comes. They are counted in auditwatch_connections_ended_total, and logged once an hour.", most, crowded.Owner);
    }

    /// <summary>Connections by who owns them, each owner's in the order of when something was last asked on them.</summary>
    private sealed class Class
    {
        private readonly Dictionary<string, LinkedList<SharedConnection>> _of = new(StringComparer.Ordinal);
        private long _order;

        public int Count { get; private set; }

        public void Add(SharedConnection connection)
        {
            if (!_of.TryGetValue(connection.Owner, out var own))
            {
                _of.Add(connection.Owner, own = []);
            }

            connection.Order = _order++;
            connection.Node = own.AddLast(connection);
            Count++;
        }

        public void Remove(SharedConnection connection)
        {
            var own = _of[connection.Owner];
            own.Remove(connection.Node!);
            connection.Node = null;
            Count--;
            if (own.Count == 0)
            {
                _of.Remove(connection.Owner);
            }
        }

        // Whoever has just come goes only if there is nobody else.
        public SharedConnection Idlest(SharedConnection newcomer) =>
            _of.Values.MaxBy(own => (own.Count, own.First!.Value != newcomer, -own.First!.Value.Order))?.First!.Value ?? newcomer;
    }
}

/// <summary>A connection that takes part in <see cref="ConnectionShares"/>, which alone change it.</summary>
internal sealed class SharedConnection(ConnectionShares shares, ConnectionContext connection, string owner)
{
    /// <summary>The connection, below TLS.</summary>
    public ConnectionContext Connection => connection;

    /// <summary>The client that is known, or the network it comes from.</summary>
    public string Owner { get; set; } = owner;

    /// <summary>Whether credentials have been shown on it.</summary>
    public bool IsKnown { get; set; }

    /// <summary>Whether anything has been asked on it.</summary>
    public bool HasAsked { get; set; }

    /// <summary>Where it stands among all of its class.</summary>
    public long Order { get; set; }

    /// <summary>Its place among those of its owner; null if it counts no more.</summary>
    public LinkedListNode<SharedConnection>? Node { get; set; }

    /// <summary>Whether it counts.</summary>
    public bool IsIn => Node is not null;

    /// <inheritdoc cref="ConnectionShares.Note"/>
    public void Note(string? client = null) => shares.Note(this, client);
}
