using System.Buffers;
using System.Text;

namespace AuditWatch.Events.Json;

/// <summary>
/// The text of a body, searched as a whole before its values are looked up one by one, for what an expression looks for is in hardly any body. The results of
/// the last eight searches are kept. Not thread-safe.
/// </summary>
internal sealed class SearchableText : IDisposable
{
    private const int Searches = 8;

    private readonly (SearchValues<string> Literals, bool Found)[] _searched = new (SearchValues<string>, bool)[Searches];
    private char[] _text = [];
    private int _length;
    private int _searches;
    private bool _isPlain;

    /// <summary>Sets the body to search.</summary>
    public void Set(ReadOnlySpan<byte> json)
    {
        _searches = 0;
        if (_text.Length < json.Length)
        {
            BufferPool.Return(_text);
            _text = BufferPool.Rent<char>(json.Length);
        }

        _isPlain = Ascii.ToUtf16(json, _text, out _length) == OperationStatus.Done && !HasEscapedLetters(json);
    }

    /// <summary>Whether what a value says stands in its text as it is: a letter may be written as an escape, and one beyond ASCII can equal one of it when case does not count.</summary>
    public static bool IsPlain(ReadOnlySpan<byte> json) => Ascii.IsValid(json) && !HasEscapedLetters(json);

    /// <summary>Whether a literal can be searched for: whether it is printable ASCII that JSON need not escape.</summary>
    public static bool CanSearchFor(string literal) => literal.All(letter => letter is >= ' ' and < '\x7F' and not '"' and not '\\');

    /// <summary>Whether the body may contain one of the literals, in any case. False is certain. <see cref="CanSearchFor"/> must hold for each, quotes around it aside.</summary>
    public bool MayContain(SearchValues<string> literals)
    {
        if (!_isPlain)
        {
            return true;
        }

        foreach (var (searched, before) in _searched.AsSpan(0, _searches))
        {
            if (ReferenceEquals(searched, literals))
            {
                return before;
            }
        }

        var found = _text.AsSpan(0, _length).ContainsAny(literals);
        if (_searches < Searches)
        {
            _searched[_searches++] = (literals, found);
        }

        return found;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        BufferPool.Return(Interlocked.Exchange(ref _text, []));
        _isPlain = false;
    }

    private static bool HasEscapedLetters(ReadOnlySpan<byte> json) => json.IndexOf("\\u"u8) >= 0 || json.IndexOf("\\/"u8) >= 0;
}
