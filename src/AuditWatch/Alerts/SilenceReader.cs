using System.Text.Json;
using AuditWatch.Yaml;

namespace AuditWatch.Alerts;

/// <summary>Reads one silence from JSON and says all that is wrong with it. Keys that were asked for are the known ones.</summary>
internal sealed class SilenceReader
{
    /// <summary>The most bytes.</summary>
    public const int MaxLength = 16 * 1024;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 8, AllowDuplicateProperties = false };

    private readonly Dictionary<string, JsonElement> _members = new(StringComparer.Ordinal);
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly List<string> _problems = [];
    private readonly bool _isObject;

    public SilenceReader(ReadOnlyMemory<byte> json)
    {
        if (json.Length > MaxLength)
        {
            _problems.Add($"it has {json.Length:N0} bytes; {MaxLength:N0} are the most");
            return;
        }

        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            _isObject = document.RootElement.ValueKind == JsonValueKind.Object;
            foreach (var member in _isObject ? document.RootElement.EnumerateObject() : default)
            {
                _members[member.Name] = member.Value.Clone();
            }

            if (!_isObject)
            {
                _problems.Add("it is not a JSON object");
            }
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException)
        {
            // The latter of names that are no Unicode.
            _isObject = false;
            _problems.Add($"it is not JSON: {problem.Message}");
        }
    }

    /// <summary>What is wrong, for a person.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>The silence; what is wrong in it is left empty.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="startsAt">When it starts if it does not say; null if it has to.</param>
    public Silence Read(string id, DateTimeOffset? startsAt)
    {
        var silence = new Silence
        {
            Id = id,
            Matchers = Matchers(),
            CreatedBy = Text("createdBy") ?? "",
            Comment = Text("comment") ?? "",
            StartsAt = startsAt is null || _members.ContainsKey("startsAt") ? Time("startsAt") : startsAt.Value,
            EndsAt = Time("endsAt"),
        };
        _known.Add("startsAt");
        _problems.AddRange(_members.Keys.Where(key => !_known.Contains(key)).Select(key => $"unknown key '{key}'{Suggestion.For(key, _known)}"));
        return silence;
    }

    /// <summary>A text that has to be there; null, and a problem, if it is not.</summary>
    public string? Text(string key)
    {
        if (TryGet(key, out var value))
        {
            if (TryText(value, out var text))
            {
                return text;
            }

            _problems.Add($"'{key}' must be a text");
        }

        return null;
    }

    private Matchers Matchers()
    {
        const string key = "matchers";
        var matchers = new List<Matcher>();
        if (!TryGet(key, out var value))
        {
            return Alerts.Matchers.None;
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            _problems.Add($"'{key}' must be a list of texts such as \"level=low\"");
            return Alerts.Matchers.None;
        }

        var place = 0;
        foreach (var element in value.EnumerateArray().Take(Silence.MaxMatchers + 1))
        {
            try
            {
                matchers.AddRange(MatcherParser.Parse(TryText(element, out var text) ? text : throw new MatcherFormatException("a matcher is a text such as \"level=low\"", 0)));
            }
            catch (MatcherFormatException problem)
            {
                _problems.Add($"{key}[{place}], character {problem.Index + 1}: {problem.Message}");
            }

            place++;
        }

        return new Matchers(matchers);
    }

    private DateTimeOffset Time(string key)
    {
        if (Text(key) is { } text)
        {
            if (SilenceTime.TryParse(text, out var time))
            {
                return time;
            }

            _problems.Add($"'{key}' must be a time such as 2030-01-31T18:00:00Z or 2030-01-31T18:00:00+01:00");
        }

        return default;
    }

    private bool TryGet(string key, out JsonElement value)
    {
        _known.Add(key);
        if (_members.TryGetValue(key, out value))
        {
            return true;
        }

        if (_isObject)
        {
            _problems.Add($"'{key}' is missing");
        }

        return false;
    }

    // A lone surrogate is JSON and no text.
    private static bool TryText(JsonElement value, out string text)
    {
        text = "";
        try
        {
            text = value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
        }
        catch (InvalidOperationException)
        {
            return false;
        }

        return value.ValueKind == JsonValueKind.String;
    }
}
