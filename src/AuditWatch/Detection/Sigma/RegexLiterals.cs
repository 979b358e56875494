using System.Buffers;

namespace AuditWatch.Detection.Sigma;

/// <summary>
/// Reads of a regular expression what text must be in everything that it finds, so that most texts need not be shown to it; and how much an engine that
/// backtracks would have to try.
/// <code>
///   (?i)\b(xmrig|minerd)\b|--donate-level=[0-9]+      one of: xmrig, minerd, --donate-level=
///   \?([^?]*&amp;)?dryRun=All(&amp;|$)                        dryRun=All
/// </code>
/// Knows literals, classes, groups, alternatives, quantifiers and anchors; of an expression with anything else in it, it knows nothing. It is long because it is one recursion.
/// </summary>
internal ref struct RegexLiterals
{
    // Shorter ones are in too many texts, and a longer list is not worth looking for.
    private const int ShortestUseful = 3;
    private const int Most = 64;
    private const int MostStates = 1_000;
    private const int MostInAll = 4_000;
    private const int MostNesting = 20;

    private static readonly SearchValues<char> OfQuantifier = SearchValues.Create("0123456789,");

    private readonly ReadOnlySpan<char> _pattern;
    private int _at;
    private int _depth;
    private bool _isUnknown;

    private RegexCost _cost = new();

    private RegexLiterals(string pattern) => _pattern = pattern;

    /// <summary>Reads an expression.</summary>
    /// <param name="pattern">The expression; what comes of one that is not valid means nothing.</param>
    /// <param name="literals">Of which one is in all that it finds, letter case aside; null if there are none worth knowing.</param>
    /// <param name="isLinear">
    /// Whether an engine that tries again is done in a time in proportion to the text, because there is next to nothing to try: no loop, or one behind an anchor.
    /// </param>
    /// <returns>Whether it is made only of what is known here: no lookaround, no backreference, nothing that repeated makes a huge automaton.</returns>
    public static bool TryRead(string pattern, out IReadOnlyList<string>? literals, out bool isLinear)
    {
        var reader = new RegexLiterals(pattern);
        var found = reader.Alternatives();
        var isKnown = !reader._isUnknown && reader._at == pattern.Length && reader._cost.Size <= MostInAll;
        isLinear = isKnown && reader._cost.IsLinear(pattern);
        literals = isKnown && found.Required is { Count: <= Most } required && Shortest(required) >= ShortestUseful ? required : null;
        return isKnown;
    }

    private Part Alternatives()
    {
        var before = _cost.Begin();
        var first = Sequence();
        if (_at == _pattern.Length || _pattern[_at] != '|')
        {
            _cost.EndAfter(before);
            return first;
        }

        var all = first.Required is null ? null : new List<string>(first.Required);
        while (_at < _pattern.Length && _pattern[_at] == '|')
        {
            _at++;
            var others = _cost.Begin();
            var next = Sequence().Required;
            _cost.EndBeside(others, isWhole: _depth == 0);
            all = next is null ? null : all;
            all?.AddRange(next!);
        }

        _cost.EndAfter(before);
        return new Part(null, all);
    }

    private Part Sequence()
    {
        var (literal, isExact) = ("", true);
        IReadOnlyList<string>? best = null;
        while (_at < _pattern.Length && _pattern[_at] is not ('|' or ')') && !_isUnknown)
        {
            var before = _cost.Begin();
            var part = Quantified(Atom());
            _cost.EndAfter(before);
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

            if (_pattern[start.._at].Contains('m'))
            {
                _cost.AnchorAtLines();
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
        while (!_isUnknown && _at < _pattern.Length && TryQuantifier(out var repetitions, out var most))
        {
            // What follows a quantifier can only make it lazy.
            if (!isQuantified)
            {
                _cost.Repeat(repetitions, most);
                _isUnknown |= _cost.Size > MostStates;
            }

            isQuantified = true;
            least = Math.Min(least, repetitions);
        }

        return !isQuantified ? part : new Part(null, least > 0 ? part.Required : null);
    }

    // The most is 0 for any number.
    private bool TryQuantifier(out int least, out int most)
    {
        (least, most) = (0, 0);
        switch (_pattern[_at])
        {
            case '?':
                _at++;
                most = 1;
                return true;
            case '*':
                _at++;
                return true;
            case '+':
                least = 1;
                _at++;
                return true;
            case '{' when _pattern[_at..].IndexOf('}') is > 1 and var end && _pattern.Slice(_at + 1, end - 1).IndexOfAnyExcept(OfQuantifier) < 0:
                var numbers = _pattern.Slice(_at + 1, end - 1);
                var comma = numbers.IndexOf(',');
                least = Number(comma < 0 ? numbers : numbers[..comma]);
                most = comma < 0 ? least : numbers[(comma + 1)..] is { IsEmpty: false } last ? Number(last) : 0;
                _at += end + 1;
                return true;
            default:
                return false;
        }
    }

    // One that cannot be read is more than an automaton may have states.
    private static int Number(ReadOnlySpan<char> text) => text.IsEmpty ? 0 : text.Length <= 3 && int.TryParse(text, out var number) ? number : MostStates + 1;

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
