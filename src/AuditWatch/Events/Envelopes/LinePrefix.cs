namespace AuditWatch.Events.Envelopes;

/// <summary>
/// The prefix that a log tool has put before the JSON on a line:
/// <code>
///   2026-11-20T10:00:01.5Z stdout F {       containerd and CRI-O; P is the beginning of a line that goes on on the next one of the same stream
///   2026-11-20T10:00:01.511Z {              kubectl logs --timestamps, exports of CloudWatch to S3
///   2026-11-20T10:00:01+00:00 STREAM {      aws logs tail
///   [pod/kube-apiserver-1/kube-apiserver] { kubectl logs --prefix
///   &lt;14&gt;1 2026-11-20T10:00:01Z host app - - - {     syslog, and Nov 20 10:00:01 host kube-apiserver[1]: {
/// </code>
/// Only the first is parsed, also behind another one; of the others only the length matters. Immutable.
/// </summary>
/// <param name="Length">Its length in bytes; 0 if the line begins with JSON, -1 if it has no JSON.</param>
/// <param name="Stream">The container's stream, <c>stdout</c> or <c>stderr</c>; empty if the prefix does not say.</param>
/// <param name="IsPartial">Whether the line continues in a later one of the same stream.</param>
internal readonly record struct LinePrefix(int Length, string Stream = "", bool IsPartial = false)
{
    /// <summary>The most bytes that a prefix can have.</summary>
    public const int Longest = 4 << 10;

    /// <summary>Whether it was written by a container runtime (CRI).</summary>
    public bool IsOfContainer => Stream.Length > 0;

    /// <summary>Parses the prefix of a line.</summary>
    public static LinePrefix Of(ReadOnlySpan<byte> line)
    {
        if (OfContainer(line) is { } container)
        {
            return container;
        }

        var brace = line[..Math.Min(line.Length, Longest)].IndexOf((byte)'{');
        return BehindAnother(line, brace < 0 ? Math.Min(line.Length, Longest) : brace) ?? new LinePrefix(brace);
    }

    // As syslog carries the files of a container runtime. Only before the JSON, for what is in it can be anybody's text.
    private static LinePrefix? BehindAnother(ReadOnlySpan<byte> line, int end)
    {
        var stream = line[..end].IndexOf(" stdout "u8) is >= 0 and var at ? at : line[..end].IndexOf(" stderr "u8);
        var time = stream < 0 ? -1 : line[..stream].LastIndexOf((byte)' ') + 1;
        return time > 0 && OfContainer(line[time..]) is { } container ? container with { Length = time + container.Length } : null;
    }

    // TIME STREAM TAG CONTENT; the tag is F or P, and may have others behind it after a colon.
    private static LinePrefix? OfContainer(ReadOnlySpan<byte> line)
    {
        var time = line[..Math.Min(line.Length, 40)].IndexOf((byte)' ');
        if (time < 20 || !char.IsAsciiDigit((char)line[0]) || !Timestamp.TryParse(line[..time], out _))
        {
            return null;
        }

        var rest = line[(time + 1)..];
        var stream = rest.StartsWith("stdout "u8) ? "stdout" : rest.StartsWith("stderr "u8) ? "stderr" : "";
        if (stream.Length == 0)
        {
            return null;
        }

        rest = rest[(stream.Length + 1)..];
        var end = rest.IndexOf((byte)' ');
        return end > 0 && rest[0] is (byte)'F' or (byte)'P' && (end == 1 || rest[1] == ':')
            ? new LinePrefix(line.Length - rest.Length + end + 1, stream, rest[0] == 'P')
            : null;
    }
}
