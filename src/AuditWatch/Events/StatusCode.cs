namespace AuditWatch.Events;

/// <summary>HTTP status codes as whatever has passed them on writes them: <c>201</c>, <c>201.0</c>, <c>"201"</c>.</summary>
internal static class StatusCode
{
    /// <summary>Where in the JSON of a code its digits stand; all of it, if it is none.</summary>
    public static Range Digits(ReadOnlySpan<byte> json)
    {
        var start = json is [(byte)'"', .., (byte)'"'] ? 1 : 0;
        var text = json[start..^start];
        var end = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9') is >= 0 and var other ? other : text.Length;
        var rest = text[end..];
        return end > 0 && (rest.IsEmpty || (rest is [(byte)'.', _, ..] && !rest[1..].ContainsAnyExcept((byte)'0'))) ? start..(start + end) : 0..json.Length;
    }
}
