using System.Text;
using System.Text.RegularExpressions;
using AuditWatch.Detection;
using AuditWatch.Detection.Linting;
using AuditWatch.Yaml;

namespace AuditWatch.Alerts;

/// <summary>
/// Reads matchers as Alertmanager writes them: <c>label op value</c> with commas between, braces around them or not. A value stands in double
/// quotes, where <c>\"</c>, <c>\\</c> and <c>\n</c> are escapes and any other backslash is one; or bare, without white space, quotes and
/// <c>{}=!~,</c>. Unlike Alertmanager's, labels are those that alerts have, and a bare value has no escapes: <c>actor=~.+@example\.com</c>.
/// </summary>
internal sealed class MatcherParser
{
    private const int MaxTextLength = 20_000;
    private const int End = -1;

    private readonly string _text;
    private int _at;

    private MatcherParser(string text) => _text = text;

    /// <exception cref="MatcherFormatException">The text is wrong.</exception>
    public static List<Matcher> Parse(string text) => text.Length <= MaxTextLength
        ? new MatcherParser(text).ParseAll()
        : throw new MatcherFormatException($"matchers can have {MaxTextLength:N0} characters, not {text.Length:N0}", MaxTextLength);

    private List<Matcher> ParseAll()
    {
        var matchers = new List<Matcher>();
        var braces = TryTake('{');
        while (Next() is not ('}' or End))
        {
            matchers.Add(ParseOne());
            if (!TryTake(','))
            {
                break;
            }
        }

        if (braces && !TryTake('}'))
        {
            throw Wrong(Next() == End ? "the closing '}' is missing" : "expected ',' or '}'");
        }

        if (Next() != End)
        {
            throw Wrong(matchers.Count == 0 ? "expected a label, such as level" : "expected ',' or the end; a value with white space or any of {}=!~,'\"` belongs in double quotes");
        }

        return matchers.Count > 0 || braces ? matchers : throw Wrong("a matcher is missing, such as level=\"high\"");
    }

    private Matcher ParseOne()
    {
        var label = ParseLabel();
        var @operator = ParseOperator();
        Next();
        var start = _at;
        var (value, places) = _text.AsSpan(_at).StartsWith('"') ? ParseQuoted() : ParseBare();
        if (value.Length > Matcher.MaxLength)
        {
            throw new MatcherFormatException($"a value can have {Matcher.MaxLength:N0} characters, not {value.Length:N0}", start);
        }

        var matcher = Create(label, @operator, value, start, places);
        if (KnownValuesOf(label) is { } known && !known.Append("").Any(matcher.Fits))
        {
            throw new MatcherFormatException($"no {label} is '{value}'{Suggestion.For(value, known)}; there are {string.Join(", ", known)}", start);
        }

        return matcher;
    }

    private string ParseLabel()
    {
        Next();
        var start = _at;
        while (_at < _text.Length && !IsReserved(_text[_at]))
        {
            _at++;
        }

        var label = _text[start.._at];
        return label.Length == 0 ? throw Wrong("expected a label, such as level")
            : AlertLabels.Names.Contains(label) ? label
            : throw new MatcherFormatException(AlertLabels.Unknown(label), start);
    }

    private MatchOperator ParseOperator()
    {
        if (TryTake('!'))
        {
            return TryTakeNow('=') ? MatchOperator.NotEqual : TryTakeNow('~') ? MatchOperator.NotRegex : throw Wrong("expected != or !~");
        }

        return !TryTake('=') ? throw Wrong("expected =, !=, =~ or !~") : TryTakeNow('~') ? MatchOperator.Regex : MatchOperator.Equal;
    }

    // The value, and where in the text each of its characters stands.
    private (string Value, List<int> Places) ParseBare()
    {
        var start = _at;
        while (_at < _text.Length && !IsReserved(_text[_at]))
        {
            _at++;
        }

        return _at > start
            ? (_text[start.._at], [.. Enumerable.Range(start, _at - start)])
            : throw Wrong("expected a value; in double quotes if it is empty or has white space or any of {}=!~,'\"`");
    }

    private (string Value, List<int> Places) ParseQuoted()
    {
        var (start, value, places) = (_at++, new StringBuilder(), new List<int>());
        for (; _at < _text.Length && _text[_at] != '"'; _at++)
        {
            places.Add(_at);
            var escaped = _text[_at] == '\\' && _at + 1 < _text.Length && _text[_at + 1] is '"' or '\\' or 'n' ? _text[_at + 1] : '\0';
            value.Append(escaped switch { '\0' => _text[_at], 'n' => '\n', _ => escaped });
            _at += escaped == '\0' ? 0 : 1;
        }

        return TryTakeNow('"') ? (value.ToString(), places) : throw new MatcherFormatException("the closing double quote is missing", start);
    }

    private static Matcher Create(string label, MatchOperator @operator, string value, int start, List<int> places)
    {
        try
        {
            return Matcher.Create(label, @operator, value);
        }
        catch (RegexParseException problem)
        {
            throw new MatcherFormatException($"not a regular expression: {problem.Message}", problem.Offset < places.Count ? places[problem.Offset] : places.Count > 0 ? places[^1] + 1 : start);
        }
        catch (NotSupportedException)
        {
            throw new MatcherFormatException(
                "the regular expression is too large, or has lookaround, backreferences or atomic groups, with which an attacker could stall the service", start);
        }
    }

    private static string[]? KnownValuesOf(string label) => label switch
    {
        "level" => [.. Enum.GetValues<Level>().Select(level => level.Word())],
        "actor.kind" when KnownValues.TryGet(label, out var kinds) => kinds,
        _ => null,
    };

    // The character that comes next after white space.
    private int Next()
    {
        while (_at < _text.Length && char.IsWhiteSpace(_text[_at]))
        {
            _at++;
        }

        return _at < _text.Length ? _text[_at] : End;
    }

    private bool TryTake(char c) => Next() == c && TryTakeNow(c);

    private bool TryTakeNow(char c)
    {
        var found = _at < _text.Length && _text[_at] == c;
        _at += found ? 1 : 0;
        return found;
    }

    private MatcherFormatException Wrong(string message) => new(message, _at);

    private static bool IsReserved(char c) => char.IsWhiteSpace(c) || c is '{' or '}' or '!' or '=' or '~' or ',' or '"' or '\'' or '`';
}
