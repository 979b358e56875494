using System.Buffers;

namespace AuditWatch.Events.Json;

/// <summary>
/// Reads one value after the other in text that is known to be valid JSON, as that of every event is: what is not read is stepped over by its quotes and brackets, in a
/// fraction of the time of a reader that checks it again. Of other text there is no telling what is read.
/// </summary>
internal static class ValidJson
{
    private static readonly SearchValues<byte> Structure = SearchValues.Create("\"{}[]"u8);
    private static readonly SearchValues<byte> ScalarEnds = SearchValues.Create(",]} \t\r\n"u8);

    /// <summary>Where what follows white space, commas and colons begins.</summary>
    public static int Next(ReadOnlySpan<byte> json, int at)
    {
        while (json[at] is (byte)' ' or (byte)',' or (byte)':' or (byte)'\t' or (byte)'\r' or (byte)'\n')
        {
            at++;
        }

        return at;
    }

    /// <summary>Reads the key or value that begins at <paramref name="at"/>, which is moved to what follows it.</summary>
    public static JsonValue Read(ReadOnlySpan<byte> json, scoped ref int at)
    {
        var start = at;
        switch (json[start])
        {
            case (byte)'"':
                at = EndOfString(json, start, out var isEscaped);
                return new JsonValue(JsonKind.String, json[(start + 1)..(at - 1)], isEscaped);
            case (byte)'{' or (byte)'[':
                at = EndOfContainer(json, start);
                break;
            default:
                var length = json[start..].IndexOfAny(ScalarEnds);
                at = length < 0 ? json.Length : start + length;
                break;
        }

        return JsonValue.FromJson(json[start..at]);
    }

    private static int EndOfString(ReadOnlySpan<byte> json, int quote, out bool isEscaped)
    {
        isEscaped = false;
        var at = quote + 1;
        while (true)
        {
            at += json[at..].IndexOfAny((byte)'"', (byte)'\\');
            if (json[at] == '"')
            {
                return at + 1;
            }

            isEscaped = true;
            at += 2;
        }
    }

    private static int EndOfContainer(ReadOnlySpan<byte> json, int start)
    {
        var at = start;
        var depth = 0;
        do
        {
            at += json[at..].IndexOfAny(Structure);
            switch (json[at])
            {
                case (byte)'"':
                    at = EndOfString(json, at, out _);
                    continue;
                case (byte)'{' or (byte)'[':
                    depth++;
                    break;
                default:
                    depth--;
                    break;
            }

            at++;
        }
        while (depth > 0);

        return at;
    }
}
