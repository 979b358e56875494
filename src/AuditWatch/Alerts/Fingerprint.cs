using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using AuditWatch.Detection;

namespace AuditWatch.Alerts;

/// <summary>What findings of one alert have in common: detection, cluster and the values of the dedup fields, as 16 hexadecimal digits.</summary>
internal static class Fingerprint
{
    /// <summary>The fingerprint of a finding.</summary>
    public static string Of(Finding finding) =>
        Hash([finding.Detection.Name, finding.Cluster, .. finding.Dedup.SelectMany(pair => new[] { pair.Key, pair.Value })]);

    /// <summary>The id of the alert that a finding opens: the same whenever the same events are read again.</summary>
    public static string IdOf(string fingerprint, Finding opening) =>
        Hash([fingerprint, opening.Time.UtcTicks.ToString(System.Globalization.CultureInfo.InvariantCulture), opening.Request.AuditId ?? ""]);

    /// <summary>16 hexadecimal digits for a list of texts: 64 bits of SHA-256, which keep a million of them apart.</summary>
    public static string Hash(IEnumerable<string> parts)
    {
        // The length before each part keeps "ab", "c" and "a", "bc" apart.
        var text = new ArrayBufferWriter<byte>(512);
        foreach (var part in parts)
        {
            BitConverter.TryWriteBytes(text.GetSpan(sizeof(int)), Encoding.UTF8.GetByteCount(part));
            text.Advance(sizeof(int));
            Encoding.UTF8.GetBytes(part, text);
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text.WrittenSpan, hash);
        return Convert.ToHexStringLower(hash[..8]);
    }
}
