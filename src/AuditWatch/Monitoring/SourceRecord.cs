using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AuditWatch.State;

namespace AuditWatch.Monitoring;

/// <summary>What the state keeps of a source: a line each for the source, the cluster, and when its last and its first events arrived, in milliseconds since 1970. Older records have neither time, or the last alone.</summary>
/// <param name="Source">The source.</param>
/// <param name="Cluster">The cluster.</param>
/// <param name="LastAt">When its last events arrived; null if that was not kept.</param>
/// <param name="FirstAt">When its first events arrived; null if that was not kept.</param>
internal sealed record SourceRecord(string Source, string Cluster, DateTimeOffset? LastAt, DateTimeOffset? FirstAt)
{
    /// <summary>The key of its record.</summary>
    public static string KeyOf(string source, string cluster) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{source}\n{cluster}")));

    /// <summary>All that there are.</summary>
    public static IEnumerable<SourceRecord> Load(IStateStore store) => store.Read(StateTables.Sources)
        .Select(row => Encoding.UTF8.GetString(row.Bytes("value").Span).Split('\n'))
        .Where(lines => lines.Length >= 2)
        .Select(lines => new SourceRecord(lines[0], lines[1], Time(lines, 2), Time(lines, 3)));

    /// <summary>Adds it to what is to be kept.</summary>
    public void Save(StateChanges changes) =>
        changes.Put(StateTables.Sources, KeyOf(Source, Cluster), Encoding.UTF8.GetBytes($"{Source}\n{Cluster}\n{Text(LastAt)}\n{Text(FirstAt)}"));

    private static string Text(DateTimeOffset? time) => time?.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture) ?? "";

    private static DateTimeOffset? Time(string[] lines, int at) =>
        at < lines.Length && long.TryParse(lines[at], CultureInfo.InvariantCulture, out var milliseconds) ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : null;
}
