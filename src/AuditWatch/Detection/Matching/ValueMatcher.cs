using System.Buffers;
using AuditWatch.Events.Json;

namespace AuditWatch.Detection.Matching;

/// <summary>Tests one value, without allocation. Immutable; safe for any number of threads.</summary>
internal abstract class ValueMatcher : IValueVisitor
{
    /// <summary>Whether the value passes the test.</summary>
    public virtual bool Visit(JsonValue value) => value.IsScalar && (value.IsEscaped ? MatchesUnescaped(value) : MatchesText(value.Bytes));

    /// <inheritdoc cref="IValueVisitor.MayFindBelow"/>
    public virtual bool MayFindBelow(JsonValue root) => true;

    bool IValueVisitor.MayFindBelow(JsonValue root) => MayFindBelow(root);

    /// <summary>Whether the text of a scalar, with its escapes resolved, passes the test.</summary>
    protected abstract bool MatchesText(ReadOnlySpan<byte> text);

    private bool MatchesUnescaped(JsonValue value)
    {
        var scratch = ArrayPool<byte>.Shared.Rent(value.Bytes.Length);
        try
        {
            return MatchesText(value.Unescape(scratch));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(scratch);
        }
    }
}
