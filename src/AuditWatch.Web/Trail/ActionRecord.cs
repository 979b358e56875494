using System.Buffers;
using System.Text.Json;

namespace AuditWatch.Web.Trail;

/// <summary>Something that somebody did, or was refused: a line of <c>actions.jsonl</c> in the state directory. Immutable.</summary>
/// <param name="Time">When it had been answered.</param>
/// <param name="Who">Who it was, as far as that was proved: a name, or where they came from.</param>
/// <param name="Role">What they might do.</param>
/// <param name="From">Where they came from: an address, or a process of this machine.</param>
/// <param name="Method">The method of the request.</param>
/// <param name="Path">What was asked for.</param>
/// <param name="Status">What it was answered with.</param>
/// <param name="On">What it was about beyond what the path says.</param>
public sealed record ActionRecord(DateTimeOffset Time, string Who, string Role, string From, string Method, string Path, int Status, ActedOn On)
{
    /// <summary>Whether it was done.</summary>
    public bool IsDone => Status < 400;

    /// <summary>Whether somebody did it: who was proved to be that, or called themselves so.</summary>
    public bool IsBy(string name) => Who == name || On.By == name;

    /// <summary>Whether it was about something that the path or the action names: an id or its beginning, or what kind of thing it was, such as <c>alerts</c>.</summary>
    public bool IsAbout(string text) => Path.Split('/').Concat(On.Objects).Any(one => one.StartsWith(text, StringComparison.Ordinal));

    /// <summary>The record of a line; null if it is none.</summary>
    public static ActionRecord? Parse(ReadOnlyMemory<byte> line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            var root = json.RootElement;
            var objects = root.TryGetProperty("objects", out var list) ? list.EnumerateArray().Select(one => one.GetString()!).ToList() : [];
            return new ActionRecord(
                root.GetProperty("time").GetDateTimeOffset(), Text("who"), Text("role"), Text("from"), Text("method"), Text("path"), root.GetProperty("status").GetInt32(),
                new ActedOn(root.TryGetProperty("as", out var name) ? name.GetString() : null, objects) { Whole = root.TryGetProperty("whole", out var whole) ? whole.GetString() : null });

            string Text(string key) => root.GetProperty(key).GetString() ?? "";
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            return null; // A crash may have cut it off.
        }
    }

    /// <summary>The record as a line, without its end.</summary>
    public void WriteTo(IBufferWriter<byte> line)
    {
        using var json = new Utf8JsonWriter(line);
        Write(json);
    }

    /// <summary>The record as an object.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("time", Time);
        json.WriteString("who", Who);
        json.WriteString("role", Role);
        json.WriteString("from", From);
        json.WriteString("as", On.By);
        json.WriteString("method", Method);
        json.WriteString("path", Path);
        json.WriteStartArray("objects");
        foreach (var one in On.Objects)
        {
            json.WriteStringValue(one);
        }

        json.WriteEndArray();
        json.WriteString("whole", On.Whole);
        json.WriteNumber("status", Status);
        json.WriteEndObject();
    }
}

/// <summary>What a request turned out to be about; whoever serves it sets it as a feature of the request, for the trail. Immutable.</summary>
/// <param name="By">Who did it, as they called themselves; null where who they are has been proved.</param>
/// <param name="Objects">The ids of what it was done to, as far as the path does not say.</param>
public sealed record ActedOn(string? By, IReadOnlyList<string> Objects)
{
    /// <summary>Of what it was everything, for a person, such as <c>412 alerts of the view ?level=high</c>: of those, <see cref="Objects"/> has the first 1,000. Null if each was chosen.</summary>
    public string? Whole { get; init; }

    /// <summary>Nothing that the path does not say.</summary>
    public static readonly ActedOn Nothing = new(null, []);
}
