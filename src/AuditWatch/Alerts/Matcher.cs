using System.Text;
using System.Text.RegularExpressions;

namespace AuditWatch.Alerts;

/// <summary>
/// One condition on a label, as in Alertmanager. A label without a value is the empty text. Of a label with several values, <c>=</c> and <c>=~</c>
/// ask for one that fits, <c>!=</c> and <c>!~</c> that none does. Immutable and thread-safe.
/// </summary>
public sealed class Matcher
{
    private readonly Regex? _expression;

    private Matcher(string label, MatchOperator @operator, string value, Regex? expression)
    {
        Label = label;
        Operator = @operator;
        Value = value;
        _expression = expression;
    }

    /// <summary>The longest value or expression, in characters.</summary>
    public const int MaxLength = 1_000;

    /// <summary>The label: one of <see cref="AlertLabels.Names"/>.</summary>
    public string Label { get; }

    /// <summary>How the label's values are compared.</summary>
    public MatchOperator Operator { get; }

    /// <summary>The text, or the regular expression that has to fit a value from its beginning to its end.</summary>
    public string Value { get; }

    /// <summary>Whether the condition holds for a label that has these values.</summary>
    public bool Matches(IReadOnlyList<string> values) => (values.Count == 0 ? Fits("") : values.Any(Fits)) == !IsNegative;

    /// <summary>As it is written: <c>level=~"high|critical"</c>.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(Label).Append(Symbol(Operator)).Append('"');
        foreach (var c in Value)
        {
            text.Append(c switch { '"' => "\\\"", '\\' => "\\\\", '\n' => "\\n", _ => c.ToString() });
        }

        return text.Append('"').ToString();
    }

    /// <summary>Whether it holds where a value does not fit.</summary>
    internal bool IsNegative => Operator is MatchOperator.NotEqual or MatchOperator.NotRegex;

    /// <summary>Whether a value is the text, or fits the expression.</summary>
    internal bool Fits(string value) => _expression?.IsMatch(value) ?? value == Value;

    /// <exception cref="RegexParseException">The expression is broken.</exception>
    /// <exception cref="NotSupportedException">It cannot be matched in linear time: values are an attacker's texts.</exception>
    internal static Matcher Create(string label, MatchOperator @operator, string value)
    {
        const RegexOptions linear = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;
        if (@operator is MatchOperator.Equal or MatchOperator.NotEqual)
        {
            return new Matcher(label, @operator, value, null);
        }

        // By itself first: 'a)|(b' is broken, and would not be between the brackets.
        _ = new Regex(value, linear);
        return new Matcher(label, @operator, value, new Regex($@"\A(?:{value})\z", linear));
    }

    private static string Symbol(MatchOperator @operator) => @operator switch
    {
        MatchOperator.Equal => "=",
        MatchOperator.NotEqual => "!=",
        MatchOperator.Regex => "=~",
        _ => "!~",
    };
}

/// <summary>How a label's value is compared.</summary>
public enum MatchOperator
{
    /// <summary><c>=</c>: it is the text.</summary>
    Equal,

    /// <summary><c>!=</c>: it is not the text.</summary>
    NotEqual,

    /// <summary><c>=~</c>: it fits the expression.</summary>
    Regex,

    /// <summary><c>!~</c>: it does not fit the expression.</summary>
    NotRegex,
}
