using System.Text.RegularExpressions;

namespace AuditWatch.Detection.Sigma;

/// <summary>
/// Reads a rule's condition: <c>and</c>, <c>or</c>, <c>not</c>, parentheses, <c>1 of</c> and <c>all of</c> a pattern of selection names or <c>them</c>.
/// <c>not</c> binds closer than <c>and</c>, <c>and</c> closer than <c>or</c>. See the Sigma Rules Specification 2.1, "Condition".
/// </summary>
internal sealed partial class ConditionParser
{
    // No condition a person wrote nests deeper; a bound keeps hostile files from exhausting the stack.
    private const int MaxDepth = 64;

    private readonly IReadOnlyDictionary<string, Expression> _selections;
    private readonly Match[] _tokens;
    private readonly SourceLocation _location;
    private readonly HashSet<string> _used;
    private int _next;
    private int _depth;

    private ConditionParser(string condition, SourceLocation location, IReadOnlyDictionary<string, Expression> selections, HashSet<string> used)
    {
        _location = location;
        _selections = selections;
        _used = used;
        _tokens = TokenPattern().Matches(condition).ToArray();
    }

    /// <summary>Reads a condition.</summary>
    /// <param name="condition">The text of the condition.</param>
    /// <param name="location">Where it begins.</param>
    /// <param name="selections">The rule's selections by name.</param>
    /// <param name="used">Gets the names of the selections that the condition refers to.</param>
    /// <exception cref="SigmaException">It is not a condition, or refers to a selection that is not there.</exception>
    public static Expression Parse(string condition, SourceLocation location, IReadOnlyDictionary<string, Expression> selections, HashSet<string> used)
    {
        var parser = new ConditionParser(condition, location, selections, used);
        var expression = parser.Or();
        return parser._next == parser._tokens.Length ? expression : throw parser.Problem($"'{parser.Peek}' was not expected here");
    }

    private string? Peek => _next < _tokens.Length ? _tokens[_next].Value : null;

    private Expression Or() => Sequence("or", And, parts => new Expression.Or(parts));

    private Expression And() => Sequence("and", Not, parts => new Expression.And(parts));

    private Expression Sequence(string separator, Func<Expression> part, Func<List<Expression>, Expression> join)
    {
        var parts = new List<Expression> { part() };
        while (TryTake(separator))
        {
            parts.Add(part());
        }

        return parts.Count == 1 ? parts[0] : join(parts);
    }

    private Expression Not()
    {
        if (++_depth > MaxDepth)
        {
            throw Problem($"the condition nests deeper than {MaxDepth} levels");
        }

        try
        {
            return TryTake("not") ? new Expression.Not(Not()) : Primary();
        }
        finally
        {
            _depth--;
        }
    }

    private Expression Primary()
    {
        if (TryTake("("))
        {
            var inner = Or();
            return TryTake(")") ? inner : throw Problem("a ')' is missing");
        }

        if (Peek is null or ")" || IsKeyword(Peek))
        {
            throw Problem(Peek is null ? "the condition ends where a selection was expected" : $"'{Peek}' stands where a selection was expected");
        }

        if (_next + 1 < _tokens.Length && _tokens[_next + 1].Value.Equals("of", StringComparison.OrdinalIgnoreCase))
        {
            return Quantified();
        }

        var name = Peek;
        if (!_selections.TryGetValue(name, out var body))
        {
            throw Problem($"there is no selection '{name}'{Yaml.Suggestion.For(name, _selections.Keys)}");
        }

        _next++;
        _used.Add(name);
        return new Expression.Selection(name, body);
    }

    private Expression Quantified()
    {
        var quantifier = Peek!;
        var all = quantifier.Equals("all", StringComparison.OrdinalIgnoreCase);
        if (!all && quantifier != "1" && !quantifier.Equals("any", StringComparison.OrdinalIgnoreCase))
        {
            throw Problem($"'{quantifier} of' is not supported; write '1 of' or 'all of'");
        }

        _next += 2;
        var pattern = Peek ?? throw Problem("after 'of', the name of a selection, a pattern or 'them' is missing");

        // A name that begins with an underscore is left out of 'them', says the specification.
        var names = pattern.Equals("them", StringComparison.OrdinalIgnoreCase)
            ? _selections.Keys.Where(name => !name.StartsWith('_')).ToList()
            : [.. _selections.Keys.Where(name => Matches(pattern, name))];
        if (names.Count == 0)
        {
            throw Problem($"no selection is named like '{pattern}'");
        }

        _next++;
        _used.UnionWith(names);
        var parts = names.ConvertAll(Expression (name) => new Expression.Selection(name, _selections[name]));
        return parts.Count == 1 ? parts[0] : all ? new Expression.And(parts) : new Expression.Or(parts);
    }

    private static bool Matches(string pattern, string name) =>
        Regex.IsMatch(name, "^" + Regex.Escape(pattern).Replace("\\*", ".*", StringComparison.Ordinal) + "$", RegexOptions.CultureInvariant);

    private static bool IsKeyword(string word) =>
        word.Equals("and", StringComparison.OrdinalIgnoreCase) || word.Equals("or", StringComparison.OrdinalIgnoreCase)
        || word.Equals("of", StringComparison.OrdinalIgnoreCase);

    private bool TryTake(string word)
    {
        var found = word.Equals(Peek, StringComparison.OrdinalIgnoreCase);
        _next += found ? 1 : 0;
        return found;
    }

    // A condition is written on one line, so a column can be told.
    private SigmaException Problem(string message)
    {
        var offset = _next < _tokens.Length ? _tokens[_next].Index : _tokens is [.., var last] ? last.Index + last.Length : 0;
        return new SigmaException(_location with { Column = _location.Column + offset }, message);
    }

    [GeneratedRegex(@"[()]|[^\s()]+", RegexOptions.CultureInvariant)]
    private static partial Regex TokenPattern();
}
