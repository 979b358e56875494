using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace AuditWatch.Sources;

/// <summary>
/// A table of comma-separated values (RFC 4180) as JSON, an object a row with the names of the columns as its keys: what the portals of Azure and Amazon export.
/// <code>
///   Category,log_s                     {"Category":"kube-audit","log_s":"{\"kind\":…}\n"}
///   kube-audit,"{""kind"":…}⏎"         an empty line for each line feed within a row, so that lines keep their numbers
/// </code>
/// Semicolons and tabs separate as well, if they do so in the first line. Nothing is held of a row but what has just been read of it. It is long for one
/// class because it is one automaton, byte by byte. Not thread-safe.
/// </summary>
/// <param name="input">The table in UTF-8, at its beginning; closed with this one.</param>
internal sealed class TableText(Stream input) : ForwardStream
{
    private const int LongestHeader = 8 << 10;

    // The portal of Azure writes times as people of the United States do.
    private const int LongestTime = 64;
    private const string UtcMark = " [UTC]";

    private static readonly string[] TimeFormats = ["M/d/yyyy, h:mm:ss.FFFFFFF tt", "M/d/yyyy h:mm:ss.FFFFFFF tt", "M/d/yyyy H:mm:ss.FFFFFFF"];

    // The columns in which audit events, or their fields, are.
    private static readonly string[] KnownColumns = ["log_s", "log", "message", "@message", "Message", "msg", "line", "_raw", "event", "properties", "AuditId", "Body"];

    private static readonly SearchValues<char> NameLetters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@.-/() []:");

    private readonly byte[] _block = new byte[1 << 16];
    private readonly ArrayBufferWriter<byte> _json = new(1 << 16);
    private readonly List<byte> _time = [];
    private readonly List<byte> _header = [];
    private IReadOnlyList<(byte[] Key, bool IsTime)>? _columns;
    private byte _separator;
    private int _taken;
    private int _column;
    private int _lineFeeds;
    private bool _isInRow;
    private bool _isInField;
    private bool _isQuoted;
    private bool _mayEndQuotes;
    private bool _hasEnded;

    /// <summary>Whether a text is such a table, of which one column is known to have events or their fields.</summary>
    /// <param name="head">The beginning of it.</param>
    public static bool Is(ReadOnlySpan<byte> head)
    {
        var text = head.StartsWith("\uFEFF"u8) ? head[3..] : head;
        var end = text[..Math.Min(text.Length, LongestHeader)].IndexOf((byte)'\n');
        return end > 0 && text[0] is not ((byte)'{' or (byte)'[') && Header(text[..end], out _) is not null;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_taken == _json.WrittenCount && !_hasEnded)
        {
            Parse(await input.ReadAsync(_block, cancellationToken).ConfigureAwait(false));
        }

        return Give(buffer.Span);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            input.Dispose();
        }

        base.Dispose(disposing);
    }

    // The names; null if the line is no header of a table with events.
    private static string[]? Header(ReadOnlySpan<byte> line, out char separator)
    {
        var text = Encoding.UTF8.GetString(line).TrimEnd('\r');
        var at = text.IndexOfAny([',', ';', '\t']);
        var separating = separator = at < 0 ? ',' : text[at];
        string[] names = [.. text.Split(separating).Select(name => name.Trim('"'))];
        return names.All(name => !name.AsSpan().ContainsAnyExcept(NameLetters)) && names.Intersect(KnownColumns, StringComparer.Ordinal).Any() ? names : null;
    }

    private int Give(Span<byte> buffer)
    {
        var count = Math.Min(buffer.Length, _json.WrittenCount - _taken);
        _json.WrittenSpan.Slice(_taken, count).CopyTo(buffer);
        _taken += count;
        if (_taken == _json.WrittenCount)
        {
            _json.ResetWrittenCount();
            _taken = 0;
        }

        return count;
    }

    private void Parse(int count)
    {
        foreach (var letter in _block.AsSpan(0, count))
        {
            Parse(letter);
        }

        if (count == 0)
        {
            _hasEnded = true;
            EndRow();
        }
    }

    private void Parse(byte letter)
    {
        if (_columns is null)
        {
            ParseHeader(letter);
            return;
        }

        if (_mayEndQuotes)
        {
            _mayEndQuotes = false;
            _isQuoted = letter == '"';
            if (_isQuoted)
            {
                Add(letter);
                return;
            }
        }

        if (_isQuoted)
        {
            _mayEndQuotes = letter == '"';
            _lineFeeds += letter == '\n' ? 1 : 0;
            if (!_mayEndQuotes)
            {
                Add(letter);
            }
        }
        else if (letter == '\n')
        {
            EndRow();
            _json.Write("\n"u8);
        }
        else if (letter == _separator)
        {
            BeginField();
            EndField();
        }
        else if (letter == '"' && !_isInField)
        {
            BeginField();
            _isQuoted = true;
        }
        else if (letter != '\r')
        {
            BeginField();
            Add(letter);
        }
    }

    private void ParseHeader(byte letter)
    {
        if (letter != '\n')
        {
            _header.Add(letter);
            return;
        }

        var line = CollectionsMarshal.AsSpan(_header);
        var names = Header(line.StartsWith("\uFEFF"u8) ? line[3..] : line, out var separator) ?? [];
        _separator = (byte)separator;
        _columns = [.. names.Select(name => (
            Encoding.UTF8.GetBytes($"\"{(name.EndsWith(UtcMark, StringComparison.Ordinal) ? name[..^UtcMark.Length] : name)}\":"), name.EndsWith(UtcMark, StringComparison.Ordinal)))];
        _json.Write("\n"u8);
    }

    private void BeginField()
    {
        if (_isInField)
        {
            return;
        }

        _json.Write(_isInRow ? ","u8 : "{"u8);
        if (_column < _columns!.Count)
        {
            _json.Write(_columns[_column].Key);
        }
        else
        {
            _json.Write("\"\":"u8);
        }

        _json.Write("\""u8);
        (_isInRow, _isInField) = (true, true);
    }

    private void Add(byte letter)
    {
        if (_column >= _columns!.Count || !_columns[_column].IsTime)
        {
            Write(letter);
        }
        else if (_time.Count < LongestTime)
        {
            _time.Add(letter);
        }
    }

    private void Write(byte letter)
    {
        if (letter is (byte)'"' or (byte)'\\')
        {
            _json.Write("\\"u8);
        }

        if (letter < ' ')
        {
            _json.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}")));
            return;
        }

        _json.GetSpan(1)[0] = letter;
        _json.Advance(1);
    }

    private void EndField()
    {
        if (_time.Count > 0)
        {
            var text = Encoding.UTF8.GetString([.. _time]);
            var time = DateTime.TryParseExact(text, TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var parsed) ? parsed.ToString("O", CultureInfo.InvariantCulture) : text;
            foreach (var letter in Encoding.UTF8.GetBytes(time))
            {
                Write(letter);
            }

            _time.Clear();
        }

        _json.Write("\""u8);
        _isInField = false;
        _column++;
    }

    private void EndRow()
    {
        if (_isInField)
        {
            EndField();
        }

        if (_isInRow)
        {
            _json.Write("}"u8);
        }

        for (; _lineFeeds > 0; _lineFeeds--)
        {
            _json.Write("\n"u8);
        }

        (_isInRow, _isQuoted, _mayEndQuotes, _column) = (false, false, false, 0);
    }
}
