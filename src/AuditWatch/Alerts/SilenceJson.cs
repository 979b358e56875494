using System.Buffers;
using System.Text.Json;

namespace AuditWatch.Alerts;

/// <summary>
/// Silences as JSON, in the state and for other programs:
/// <c>{"id","matchers":["level=\"low\""],"createdBy","comment","startsAt","endsAt"}</c>.
/// </summary>
internal static class SilenceJson
{
    /// <summary>A silence for <see cref="Deserialize"/>.</summary>
    public static ReadOnlyMemory<byte> Serialize(Silence silence)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        WriteMembers(json, silence);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    /// <summary>The silence of <see cref="Serialize"/>.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static Silence Deserialize(ReadOnlyMemory<byte> json)
    {
        var reader = new SilenceReader(json);
        var id = reader.Text("id");
        var silence = reader.Read(id ?? "", startsAt: null);
        return reader.Problems.Count == 0 ? silence : throw new FormatException(string.Join("; ", reader.Problems));
    }

    /// <summary>
    /// The silence that a program asks for, with a new id, from <c>{"matchers","createdBy","comment","startsAt","endsAt"}</c>, of which only
    /// <c>startsAt</c> may be missing or in the past: it means now, then.
    /// </summary>
    /// <param name="json">The request, at most 16 KiB.</param>
    /// <param name="now">The time.</param>
    /// <param name="problems">Everything that is wrong with it, for a person.</param>
    /// <returns>The silence; null if anything is wrong.</returns>
    public static Silence? ReadRequest(ReadOnlyMemory<byte> json, DateTimeOffset now, out IReadOnlyList<string> problems)
    {
        var reader = new SilenceReader(json);
        var silence = reader.Read(Silence.NewId(), now);
        silence = silence.StartsAt < now ? silence with { StartsAt = now } : silence;
        problems = reader.Problems.Count > 0 ? reader.Problems
            : silence.EndsAt <= now ? ["it ends in the past: 'endsAt' has to be later than now"]
            : [.. silence.Problems()];
        return problems.Count == 0 ? silence : null;
    }

    /// <summary>Writes a silence for people and programs: with what state it is in, and where it stands if it does in the configuration.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="silence">The silence.</param>
    /// <param name="now">The time.</param>
    /// <param name="warnings">What is likely not meant by it, in sentences. Default: it is not said whether anything is.</param>
    public static void Write(Utf8JsonWriter json, Silence silence, DateTimeOffset now, IEnumerable<string>? warnings = null)
    {
        json.WriteStartObject();
        WriteMembers(json, silence);
        json.WriteString("state", silence.StateAt(now).ToString().ToLowerInvariant());
        json.WriteString("configured", silence.Configured?.ToString());
        if (warnings is not null)
        {
            json.WriteStartArray("warnings");
            foreach (var warning in warnings)
            {
                json.WriteStringValue(warning);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void WriteMembers(Utf8JsonWriter json, Silence silence)
    {
        json.WriteString("id", silence.Id);
        json.WriteStartArray("matchers");
        foreach (var matcher in silence.Matchers)
        {
            json.WriteStringValue(matcher.ToString());
        }

        json.WriteEndArray();
        json.WriteString("createdBy", silence.CreatedBy);
        json.WriteString("comment", silence.Comment);
        json.WriteString("startsAt", SilenceTime.Write(silence.StartsAt));
        json.WriteString("endsAt", SilenceTime.Write(silence.EndsAt));
    }
}
