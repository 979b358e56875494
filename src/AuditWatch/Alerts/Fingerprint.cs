using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using AuditWatch.Detection;

namespace AuditWatch.Alerts;

/// <summary>What findings of one alert have in common: detection, cluster and the values of the dedup fields, as 16 hexadecimal digits.</summary>
internal static class Fingerprint
{
    // A buffer for the next text of this thread.
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _text;

    /// <summary>The fingerprint of a finding.</summary>
    public static string Of(Finding finding)
    {
        var text = Begin();
        Add(text, finding.Detection.Name);
        Add(text, finding.Cluster);
        foreach (var (field, value) in finding.Dedup)
        {
            Add(text, field);
            Add(text, value);
        }

        return Hash(text);
    }

    /// <summary>The id of the alert that a finding opens: the same whenever the same events are read again.</summary>
    public static string IdOf(string fingerprint, Finding opening) =>
        Hash([fingerprint, opening.Time.UtcTicks.ToString(System.Globalization.CultureInfo.InvariantCulture), opening.Request.AuditId ?? ""]);

    /// <summary>16 hexadecimal digits for a list of texts: 64 bits of SHA-256, which keep a million of them apart.</summary>
    public static string Hash(IEnumerable<string> parts)
    {
        var text = Begin();
        foreach (var part in parts)
        {
            Add(text, part);
        }

        return Hash(text);
    }

    private static ArrayBufferWriter<byte> Begin()
    {
        const int usual = 1024;
        const int most = 64 * 1024;
        if (_text is not { Capacity: <= most } text)
        {
            return _text = new ArrayBufferWriter<byte>(usual);
        }

        text.ResetWrittenCount();
        return text;
    }

    // The length before each part keeps "ab", "c" and "a", "bc" apart.
    private static void Add(ArrayBufferWriter<byte> text, string part)
    {
        BitConverter.TryWriteBytes(text.GetSpan(sizeof(int)), Encoding.UTF8.GetByteCount(part));
        text.Advance(sizeof(int));
        Encoding.UTF8.GetBytes(part, text);
    }

    private static string Hash(ArrayBufferWriter<byte> text)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text.WrittenSpan, hash);
        return Convert.ToHexStringLower(hash[..8]);
    }
}
