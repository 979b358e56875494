using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using AuditWatch.Yaml;

namespace AuditWatch.Detection.Sigma;

/// <summary>Turns the values under a key into tests, as the key's modifiers say. See the Sigma Rules Specification 2.1, appendix "Modifiers".</summary>
internal sealed class ValueTestParser
{
    private static readonly string[] Known = ["contains", "startswith", "endswith", "re", "cidr", "exists", "gt", "gte", "lt", "lte", "cased", "all", "any"];

    private readonly string? _kind;
    private readonly bool _isCased;

    /// <summary>Takes the modifiers of a key, without <c>all</c>.</summary>
    /// <exception cref="SigmaException">One of them is unknown, or they do not go together.</exception>
    public ValueTestParser(YamlValue key, IReadOnlyList<string> modifiers)
    {
        foreach (var modifier in modifiers)
        {
            if (!Known.Contains(modifier))
            {
                throw new SigmaException(key.Location, $"unknown modifier '{modifier}'{Suggestion.For(modifier, Known)}");
            }
        }

        var kinds = modifiers.Where(modifier => modifier != "cased").ToList();
        _isCased = modifiers.Contains("cased");
        _kind = kinds.FirstOrDefault();
        if (kinds.Count > 1)
        {
            throw new SigmaException(key.Location, $"the modifiers '{kinds[0]}' and '{kinds[1]}' do not go together");
        }

        if (_isCased && _kind is not (null or "contains" or "startswith" or "endswith"))
        {
            throw new SigmaException(key.Location, $"the modifier 'cased' means nothing to '{_kind}'");
        }
    }

    /// <summary>The test for one value.</summary>
    /// <exception cref="SigmaException">The value does not go with the modifiers.</exception>
    public ValueTest Parse(YamlValue value)
    {
        if (!value.IsScalar)
        {
            throw new SigmaException(value.Location, "expected a value or a list of values, not a map; for elements of an array use the modifier 'any'");
        }

        return _kind switch
        {
            "re" => new ValueTest.Regex(Expression(value)),
            "cidr" => IPNetwork.TryParse(value.Text, out var network)
                ? new ValueTest.Cidr(network)
                : throw new SigmaException(value.Location, $"'{value.Text}' is not a network such as 10.0.0.0/8 or fd00::/8 (the bits after the prefix must be zero)"),
            "exists" => bool.TryParse(value.Text, out var expected)
                ? new ValueTest.Existence(expected)
                : throw new SigmaException(value.Location, "'exists' takes true or false"),
            "gt" => Comparison(value, ComparisonOperator.GreaterThan),
            "gte" => Comparison(value, ComparisonOperator.GreaterThanOrEqual),
            "lt" => Comparison(value, ComparisonOperator.LessThan),
            "lte" => Comparison(value, ComparisonOperator.LessThanOrEqual),
            null when value.IsNull => new ValueTest.Null(),
            _ => new ValueTest.Text(SigmaString.Parse(value.Text).Open(_kind is "contains" or "endswith", _kind is "contains" or "startswith"), _isCased),
        };
    }

    // Event texts are an attacker's: only expressions that are matched in linear time are taken.
    private static Regex Expression(YamlValue value)
    {
        try
        {
            return new Regex(value.Text, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception problem) when (problem is ArgumentException or NotSupportedException)
        {
            var reason = problem is NotSupportedException
                ? "lookaround, backreferences and atomic groups are not supported, because an attacker could stall the service with them"
                : problem.Message;
            throw new SigmaException(value.Location, $"not a usable regular expression: {reason}");
        }
    }

    private static ValueTest.Comparison Comparison(YamlValue value, ComparisonOperator how) =>
        decimal.TryParse(value.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? new ValueTest.Comparison(how, number)
            : throw new SigmaException(value.Location, $"'{value.Text}' is not a number");
}
