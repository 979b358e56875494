using System.Globalization;
using System.Text.RegularExpressions;

namespace AuditWatch.Yaml;

/// <summary>
/// Reads a map key by key, and reports every key that is missing, of the wrong type or unknown, with its location. The keys that were read are the known ones;
/// <see cref="RejectUnknown"/> reports the others. Not thread-safe.
/// </summary>
internal sealed partial class YamlMap
{
    private readonly Dictionary<string, (YamlValue Key, YamlValue Value)> _pairs = new(StringComparer.Ordinal);
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly Diagnostics _diagnostics;
    private readonly AskedMap? _asked;

    public YamlMap(YamlValue map, Diagnostics diagnostics)
    {
        Location = map.Location;
        _diagnostics = diagnostics;
        _asked = AskedKeys.Of(map);
        if (!map.IsMap)
        {
            diagnostics.Error(map.Location, "expected a map (key: value)");
        }

        foreach (var (key, value) in map.Pairs)
        {
            _pairs[key.Text] = (key, value);
        }
    }

    /// <summary>Where the map begins.</summary>
    public SourceLocation Location { get; }

    /// <summary>Keys and values, for a map whose keys are names that its author chose.</summary>
    public IEnumerable<(YamlValue Key, YamlValue Value)> Values
    {
        get
        {
            _asked?.HasOwnNames();
            return _pairs.Values;
        }
    }

    /// <summary>The value of <paramref name="key"/>, if it is there and not null.</summary>
    public bool TryGet(string key, out YamlValue value)
    {
        Asks(key, AskedType.Anything);
        var found = _pairs.TryGetValue(key, out var pair) && !pair.Value.IsNull;
        value = pair.Value;
        return found;
    }

    /// <summary>Where <paramref name="key"/> stands, or else the map.</summary>
    public SourceLocation LocationOf(string key) => _pairs.TryGetValue(key, out var pair) ? pair.Key.Location : Location;

    public string? String(string key)
    {
        Asks(key, AskedType.Text);
        if (!TryGet(key, out var value))
        {
            return null;
        }

        if (value.IsScalar)
        {
            return value.Text;
        }

        _diagnostics.Error(value.Location, $"'{key}' must be a single text");
        return null;
    }

    /// <summary>A text that has to be there; empty, and reported, if it is not.</summary>
    public string RequiredString(string key)
    {
        _asked?.Requires(key);
        var value = String(key);
        if (string.IsNullOrWhiteSpace(value))
        {
            Missing(key);
            return "";
        }

        return value;
    }

    /// <summary>A list of texts; a single text is a list of one.</summary>
    public IReadOnlyList<string> Strings(string key)
    {
        Asks(key, AskedType.Texts);
        if (!TryGet(key, out var value))
        {
            return [];
        }

        var texts = new List<string>();
        foreach (var element in value.Elements)
        {
            if (element.IsScalar)
            {
                texts.Add(element.Text);
            }
            else
            {
                _diagnostics.Error(element.Location, $"'{key}' must be a list of texts");
            }
        }

        return texts;
    }

    public bool Boolean(string key, bool otherwise)
    {
        Asks(key, AskedType.Flag);
        if (!TryGet(key, out var value))
        {
            return otherwise;
        }

        if (bool.TryParse(value.Text, out var flag))
        {
            return flag;
        }

        _diagnostics.Error(value.Location, $"'{key}' must be true or false");
        return otherwise;
    }

    public long? Integer(string key)
    {
        Asks(key, AskedType.Number);
        if (!TryGet(key, out var value))
        {
            return null;
        }

        if (long.TryParse(value.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        _diagnostics.Error(value.Location, $"'{key}' must be a whole number");
        return null;
    }

    /// <summary>A length of time: <see cref="DurationText"/>.</summary>
    /// <param name="key">The key.</param>
    /// <param name="orZero">Whether it may be none: <c>0s</c>.</param>
    public TimeSpan? Duration(string key, bool orZero = false)
    {
        Asks(key, AskedType.Duration);
        if (!TryGet(key, out var value))
        {
            return null;
        }

        if (DurationText.TryParse(value.Text, out var time) && (time > TimeSpan.Zero || orZero))
        {
            return time;
        }

        _diagnostics.Error(value.Location, $"'{key}' must be a length of time such as 30s, 15m, 1h or 7d");
        return null;
    }

    /// <summary>A number of bytes such as <c>512KiB</c>, <c>64MiB</c> or <c>1GiB</c>.</summary>
    /// <param name="key">The key.</param>
    /// <param name="least">The fewest bytes that will do.</param>
    public long? Size(string key, long least)
    {
        Asks(key, AskedType.Size);
        if (!TryGet(key, out var value))
        {
            return null;
        }

        var match = SizePattern().Match(value.Text);
        if (match.Success && long.TryParse(match.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var amount) && amount < 1_000_000)
        {
            var size = amount << (match.Groups[2].ValueSpan[0] switch { 'K' => 10, 'M' => 20, 'G' => 30, _ => 40 });
            if (size >= least)
            {
                return size;
            }
        }

        _diagnostics.Error(LocationOf(key), $"'{key}' must be a size such as 512MiB or 1GiB, at least {(least >= 1 << 20 ? $"{least >> 20}MiB" : $"{least >> 10}KiB")}");
        return null;
    }

    /// <summary>The map under <paramref name="key"/>, if there is one.</summary>
    public YamlMap? Map(string key)
    {
        Asks(key, AskedType.Map);
        return TryGet(key, out var value) ? new YamlMap(value, _diagnostics) : null;
    }

    /// <summary>Says that <paramref name="key"/> has to be there.</summary>
    public void Missing(string key) => _diagnostics.Error(LocationOf(key), $"'{key}' is missing");

    /// <summary>Keys that may be there and mean nothing here.</summary>
    public void Ignore(params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
        {
            Asks(key, AskedType.Nothing);
        }
    }

    /// <summary>Reports every key that nobody asked for. One in <c>snake_case</c> is told how it is spelt here.</summary>
    /// <param name="hints">What to do about keys that readers may know from elsewhere.</param>
    /// <param name="consequence">What comes of it, to end the message with.</param>
    public void RejectUnknown(IReadOnlyDictionary<string, string>? hints = null, string consequence = "")
    {
        _asked?.Closes();
        foreach (var (key, pair) in _pairs)
        {
            if (!_known.Contains(key))
            {
                var advice = CamelCase(key) is var spelt && spelt != key && _known.Contains(spelt) ? $": write '{spelt}'"
                    : hints?.GetValueOrDefault(key) is { } hint ? $": {hint}"
                    : Suggestion.For(key, _known);
                _diagnostics.Error(pair.Key.Location, $"unknown key '{key}'{advice}{consequence}");
            }
        }
    }

    private void Asks(string key, AskedType type)
    {
        _known.Add(key);
        _asked?.Add(key, type);
    }

    private static string CamelCase(string key) => UnderscorePattern().Replace(key, match => match.Groups[1].Value.ToUpperInvariant());

    [GeneratedRegex("_([a-z])", RegexOptions.CultureInvariant)]
    private static partial Regex UnderscorePattern();

    [GeneratedRegex(@"\A([0-9]+)\s*([KMGT])iB\z", RegexOptions.CultureInvariant)]
    private static partial Regex SizePattern();
}
