using System.Runtime.InteropServices;
using System.Text;
using AuditWatch.Events.Json;

namespace AuditWatch.Events;

/// <summary>
/// A value as a string, and as the text that may be shown. Values that recur in findings, such as users, resources and addresses, are made strings once: each thread
/// has a direct-mapped cache of 1,024 values. Values over 256 bytes and values with a secret are not cached. Immutable.
/// </summary>
internal sealed class InternedText(string text)
{
    private const int Places = 1024;
    private const int Longest = 256;

    [ThreadStatic]
    private static InternedText[]? _cache;

    /// <summary>The value.</summary>
    public string Text => text;

    /// <summary>The value as <see cref="EventText.Show"/> shows it.</summary>
    public string Shown { get; } = EventText.Show(text);

    /// <summary>The text of a scalar, escapes resolved.</summary>
    public static InternedText Of(JsonValue value)
    {
        if (value.IsEscaped || value.Bytes.Length > Longest)
        {
            return new InternedText(value.ToString());
        }

        ref var known = ref (_cache ??= new InternedText[Places])[Place(value.Bytes)];
        if (known is { } same && Ascii.Equals(value.Bytes, same.Text))
        {
            return same;
        }

        var made = new InternedText(value.ToString());
        return made.Shown == made.Text ? known = made : made;
    }

    // By both ends: names that are numbered differ in the last letters.
    private static int Place(ReadOnlySpan<byte> value)
    {
        var (first, last) = value.Length >= sizeof(ulong)
            ? (MemoryMarshal.Read<ulong>(value), MemoryMarshal.Read<ulong>(value[^sizeof(ulong)..]))
            : (Few(value), 0UL);
        var hash = Math.BigMul(first ^ 0x9E3779B97F4A7C15, last ^ (ulong)value.Length ^ 0xC2B2AE3D27D4EB4F, out var low) ^ low;
        return (int)(hash % Places);
    }

    private static ulong Few(ReadOnlySpan<byte> value)
    {
        var word = 0UL;
        foreach (var letter in value)
        {
            word = (word << 8) | letter;
        }

        return word;
    }
}
