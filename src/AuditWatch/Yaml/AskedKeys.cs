using System.Collections.Concurrent;

namespace AuditWatch.Yaml;

/// <summary>
/// Listens, from its creation until it is disposed of, to what parsers ask of the maps that they read in this flow of execution: which keys, and of what types. The JSON
/// Schemas in docs/schemas are made of it, so that they say what the parsers take.
/// </summary>
internal sealed class AskedKeys : IDisposable
{
    private static readonly AsyncLocal<AskedKeys?> Listening = new();

    private readonly ConcurrentDictionary<object, AskedMap> _maps = new(ReferenceEqualityComparer.Instance);

    public AskedKeys() => Listening.Value = this;

    /// <summary>What was asked of a map; null if nobody has read it key by key.</summary>
    public AskedMap? this[YamlValue map] => _maps.GetValueOrDefault(map.Node);

    /// <summary>Where what is asked of a map is written down; null if nobody listens.</summary>
    public static AskedMap? Of(YamlValue map) => Listening.Value?._maps.GetOrAdd(map.Node, _ => new AskedMap());

    /// <inheritdoc/>
    public void Dispose() => Listening.Value = null;
}

/// <summary>What was asked of one map. Not thread-safe.</summary>
internal sealed class AskedMap
{
    private readonly Dictionary<string, HashSet<AskedType>> _keys = new(StringComparer.Ordinal);

    /// <summary>The keys, each with the types it was asked for, in the order of asking.</summary>
    public IReadOnlyDictionary<string, HashSet<AskedType>> Keys => _keys;

    /// <summary>The keys that have to be there.</summary>
    public HashSet<string> Required { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether other keys are refused.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Whether there are keys that are names chosen by the author.</summary>
    public bool IsOpen { get; private set; }

    public void Add(string key, AskedType type) => (_keys.TryGetValue(key, out var types) ? types : _keys[key] = []).Add(type);

    public void Requires(string key) => Required.Add(key);

    public void Closes() => IsClosed = true;

    public void HasOwnNames() => IsOpen = true;
}

/// <summary>What a parser asks a key for.</summary>
internal enum AskedType
{
    /// <summary>It may be there and means nothing.</summary>
    Nothing,

    /// <summary>Whatever is there.</summary>
    Anything,

    /// <summary>A scalar, as text.</summary>
    Text,

    /// <summary>A list of scalars; one is a list of one.</summary>
    Texts,

    /// <summary>true or false.</summary>
    Flag,

    /// <summary>A whole number.</summary>
    Number,

    /// <summary>A length of time: <see cref="DurationText"/>.</summary>
    Duration,

    /// <summary>A number of bytes: <see cref="YamlMap.Size"/>.</summary>
    Size,

    /// <summary>A map.</summary>
    Map,
}
