using System.Buffers;

namespace AuditWatch.Detection.Sigma;

/// <summary>
/// Reads of a regular expression what text must be in everything that it finds, so that most texts need not be shown to it.
/// <code>
///   (?i)\b(xmrig|minerd)\b|--donate-level=[0-9]+      one of: xmrig, minerd, --donate-level=
///   \?([^?]*&amp;)?dryRun=All(&amp;|$)                        dryRun=All
/// </code>
/// Knows literals, classes, groups, alternatives, quantifiers and anchors; of an expression with anything else in it, it knows nothing.
/// </summary>
internal ref struct RegexLiterals
{
    // Shorter ones are in too many texts, and a longer list is not worth looking for.
    private const int ShortestUseful = 3;
    private const int Most = 64;
    private const int MostRepetitions = 1_000;
    private const int MostNesting = 20;

    private static readonly SearchValues<char> OfQuantifier = SearchValues.Create("0123456789,");

    private readonly ReadOnlySpan<char> _pattern;
    private int _at;
    private int _depth;
    private long _repetitions = 1;
    private bool _isUnknown;

    private RegexLiterals(string pattern) => _pattern = pattern;

    /// <summary>Reads an expression.</summary>
    /// <param name="pattern">The expression; what comes of one that is not valid means nothing.</param>
    /// <param name="literals">Of which one is in all that it finds, letter case aside; null if there are none worth knowing.</param>
    /// <returns>Whether it is made only of what is known here: no lookaround, no backreference, nothing that repeated makes a huge automaton.</returns>
    public static bool TryRead(string pattern, out IReadOnlyList<string>? literals)
    {
        var reader = new RegexLiterals(pattern);
        var found = reader.Alternatives();
        var isKnown = !reader._isUnknown && reader._at == pattern.Length;
        literals = isKnown && found.Required is { Count: <= Most } required && Shortest(required) >= ShortestUseful ? required : null;
        return isKnown;
    }

    private Part Alternatives()
    {
        var first = Sequence();
        if (_at == _pattern.Length || _pattern[_at] != '|')
        {
            return first;
        }

        var all = first.Required is null ? null : new List<string>(first.Required);
        while (_at < _pattern.Length && _pattern[_at] == '|')
        {
            _at++;
            var next = Sequence().Required;
            all = next is null ? null : all;
            all?.AddRange(next!);
        }

        return new Part(null, all);
    }

    private Part Sequence()
    {
        var (literal, isExact) = ("", true);
        IReadOnlyList<string>? best = null;
        while (_at < _pattern.Length && _pattern[_at] is not ('|' or ')') && !_isUnknown)
        {
            var part = Quantified(Atom());
            if (part.Exact is not null)
            {
                literal += part.Exact;
                continue;
            }

            isExact = false;
            best = Better(Better(best, [literal]), part.Required);
            literal = "";
        }

        best = Better(best, [literal]);
        return new Part(isExact ? literal : null, Shortest(best) > 0 ? best : null);
    }

    private Part Atom()
    {
        var character = _pattern[_at++];
        switch (character)
        {
            case '(':
                return Group();
            case '[':
                SkipClass();
                return default;
            case '\\':
                return Escape();
            case '.':
                return default;
            case '^' or '$':
                return Part.Literal("");
            case '*' or '+' or '?':
                return Unknown();
            default:
                return char.IsAscii(character) ? Part.Literal(character.ToString()) : default;
        }
    }

    private Part Group()
    {
        if (_at < _pattern.Length && _pattern[_at] == '?')
        {
            var start = ++_at;
            while (_at < _pattern.Length && _pattern[_at] is 'i' or 'm' or 's' or 'n')
            {
                _at++;
            }

            var end = _at < _pattern.Length ? _pattern[_at++] : '\0';
            if (end == ')' && _at > start + 1)
            {
                return Part.Literal("");
            }

            if (end != ':')
            {
                return Unknown();
            }
        }

        if (++_depth > MostNesting)
        {
            return Unknown();
        }

        var inner = Alternatives();
        _depth--;
        return _at < _pattern.Length && _pattern[_at++] == ')' ? inner : Unknown();
    }

    private Part Escape()
    {
        var character = _at < _pattern.Length ? _pattern[_at++] : '\0';
        return character switch
        {
            'b' or 'B' or 'A' or 'z' or 'Z' => Part.Literal(""),
            'd' or 'D' or 'w' or 'W' or 's' or 'S' or 't' or 'n' or 'r' or 'f' or 'v' => default,
            _ when char.IsAscii(character) && (char.IsPunctuation(character) || char.IsSymbol(character)) => Part.Literal(character.ToString()),
            _ => Unknown(),
        };
    }

    private void SkipClass()
    {
        // A bracket that comes first is one of the characters. A class within the class is not known here.
        _at += _at < _pattern.Length && _pattern[_at] == '^' ? 1 : 0;
        for (var first = true; _at < _pattern.Length && (first || _pattern[_at] != ']'); first = false)
        {
            _isUnknown |= _pattern[_at] == '[' && _pattern[_at - 1] == '-';
            _at += _pattern[_at] == '\\' ? 2 : 1;
        }

        // A broken expression may end within the class, or within an escape in it.
        _isUnknown |= _at >= _pattern.Length;
        _at = Math.Min(_at + 1, _pattern.Length);
    }

    private Part Quantified(Part part)
    {
        var (least, isQuantified) = (1, false);
        while (!_isUnknown && _at < _pattern.Length && TryQuantifier(out var repetitions))
        {
            // What follows a quantifier can only make it lazy.
            isQuantified = true;
            least = Math.Min(least, repetitions);
        }

        return !isQuantified ? part : new Part(null, least > 0 ? part.Required : null);
    }

    private bool TryQuantifier(out int least)
    {
        least = 0;
        switch (_pattern[_at])
        {
            case '?' or '*':
                _at++;
                return true;
            case '+':
                least = 1;
                _at++;
                return true;
            case '{' when _pattern[_at..].IndexOf('}') is > 1 and var end && _pattern.Slice(_at + 1, end - 1).IndexOfAnyExcept(OfQuantifier) < 0:
                var numbers = _pattern.Slice(_at + 1, end - 1);
                foreach (var range in numbers.Split(','))
                {
                    _repetitions *= numbers[range].Length > 3 ? MostRepetitions + 1 : int.TryParse(numbers[range], out var number) ? Math.Max(1, number) : 1;
                    _isUnknown |= _repetitions > MostRepetitions;
                }

                least = numbers[0] is '0' or ',' ? 0 : 1;
                _at += end + 1;
                return true;
            default:
                return false;
        }
    }

    private Part Unknown()
    {
        _isUnknown = true;
        return default;
    }

    private static IReadOnlyList<string>? Better(IReadOnlyList<string>? a, IReadOnlyList<string>? b) => Shortest(b) > Shortest(a) ? b : a;

    private static int Shortest(IReadOnlyList<string>? literals) => literals is null or [] ? 0 : literals.Min(literal => literal.Length);

    // What a part of the expression finds: exactly a text, or something that has one of several in it, or nothing that is known.
    private readonly record struct Part(string? Exact, IReadOnlyList<string>? Required)
    {
        public static Part Literal(string text) => new(text, text.Length > 0 ? [text] : null);
    }
}
