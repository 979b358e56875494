using System.Diagnostics.CodeAnalysis;
using System.Text;
using AuditWatch.Events;

namespace AuditWatch.Detection.Matching;

/// <summary>One field by which rules are told apart: for each value that some rule asks for, the rules that could match an event with it.</summary>
internal sealed class Discriminator
{
    private readonly FieldPath _field;
    private readonly Dictionary<byte[], ulong[]> _masks = new(IgnoreCase.Instance);
    private readonly Dictionary<byte[], ulong[]>.AlternateLookup<ReadOnlySpan<byte>> _byText;
    private readonly ulong[] _absent;
    private readonly ulong[] _other;
    private readonly ulong[] _everything;

    /// <param name="field">A field with one value.</param>
    /// <param name="necessary">Of each rule the values it needs, or null if it takes any.</param>
    public Discriminator(FieldPath field, IReadOnlyList<HashSet<string>?> necessary)
    {
        _field = field;
        _byText = _masks.GetAlternateLookup<ReadOnlySpan<byte>>();
        _other = RuleMask.Of(necessary, values => values is null);
        _absent = RuleMask.Of(necessary, values => values is null || values.Contains(NecessaryValues.Absent));
        _everything = RuleMask.Of(necessary, _ => true);
        foreach (var value in necessary.SelectMany(values => values ?? []).Where(value => value != NecessaryValues.Absent).Distinct(StringComparer.Ordinal))
        {
            _masks[Encoding.ASCII.GetBytes(value)] = RuleMask.Of(necessary, values => values is null || values.Contains(value));
        }
    }

    /// <summary>Whether it tells any rules apart.</summary>
    public bool Tells => !_other.SequenceEqual(_everything);

    /// <summary>One bit for each rule that could match an event with this one's value.</summary>
    public ulong[] MaskFor(in AuditEvent auditEvent)
    {
        var value = _field.Single(auditEvent);

        // What has escapes in it would have to be unescaped to be looked up: rare enough to look at every rule instead.
        return value.Kind is JsonKind.Missing or JsonKind.Null ? _absent
            : value.IsEscaped || !value.IsScalar ? _everything
            : _byText.TryGetValue(value.Bytes, out var mask) ? mask
            : _other;
    }

    private sealed class IgnoreCase : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public static readonly IgnoreCase Instance = new();

        public bool Equals(byte[]? x, byte[]? y) => Ascii.EqualsIgnoreCase(x, y);

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => Ascii.EqualsIgnoreCase(alternate, other);

        public int GetHashCode([DisallowNull] byte[] obj) => GetHashCode(obj.AsSpan());

        // The values are few and their own: first, last and length tell them apart well, and nobody gains by making them collide.
        public int GetHashCode(ReadOnlySpan<byte> text) =>
            text.IsEmpty ? 0 : text.Length | (text[0] | 0x20) << 8 | (text[^1] | 0x20) << 16 | (text[text.Length / 2] | 0x20) << 24;

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}
