using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using AuditWatch.Yaml;

namespace AuditWatch.Detection.Sigma;

/// <summary>
/// Turns the values under a key into tests, as the key's modifiers say: <c>expand</c> and the encodings rewrite the value, one modifier says how
/// it is compared. See the Sigma Rules Specification 2.1, appendix "Modifiers".
/// </summary>
internal sealed class ValueTestParser
{
    private static readonly string[] Encodings = ["wide", "utf16", "utf16le", "utf16be"];
    private static readonly string[] Relations = ["contains", "startswith", "endswith"];
    private static readonly string[] Comparisons = ["gt", "gte", "lt", "lte"];
    private static readonly string[] TimeParts = ["minute", "hour", "day", "week", "month", "year"];
    private static readonly string[] Flags = ["cased", "expand", "windash", "base64", "base64offset", "i", "m", "s"];
    private static readonly string[] Known =
        [.. Encodings, .. Relations, .. Comparisons, .. TimeParts, .. Flags, "re", "cidr", "exists", "fieldref", "all", "any", "neq"];

    private readonly SourceLocation _key;
    private readonly HashSet<string> _modifiers;
    private readonly Placeholders _placeholders;
    private readonly bool _isName;

    /// <summary>Takes the modifiers of a key, without <c>all</c> and <c>neq</c>, which are about several values or none.</summary>
    /// <param name="key">Where the key stands.</param>
    /// <param name="modifiers">The modifiers.</param>
    /// <param name="placeholders">What placeholders stand for.</param>
    /// <param name="isName">Whether values of the field are names, of which the letter case always counts: see <see cref="NameFields"/>.</param>
    /// <exception cref="SigmaException">One of them is unknown, or they do not go together.</exception>
    public ValueTestParser(SourceLocation key, IReadOnlyList<string> modifiers, Placeholders placeholders, bool isName)
    {
        _key = key;
        _isName = isName;
        _placeholders = placeholders;
        _modifiers = [.. modifiers];
        foreach (var modifier in modifiers)
        {
            if (!Known.Contains(modifier))
            {
                throw new SigmaException(key, $"unknown modifier '{modifier}'{Suggestion.For(modifier, Known)}");
            }
        }

        CheckCombination();
    }

    /// <summary>The tests for one value, of which one must be passed.</summary>
    /// <exception cref="SigmaException">The value does not go with the modifiers.</exception>
    public IEnumerable<ValueTest> Parse(YamlValue value)
    {
        if (!value.IsScalar)
        {
            throw new SigmaException(value.Location, "expected a value or a list of values, not a map; for elements of an array use the modifier 'any'");
        }

        if (value.IsNull && _modifiers.Count == 0)
        {
            return [new ValueTest.Null()];
        }

        var texts = Has("expand") ? _placeholders.Expand(value.Text, value.Location) : [value.Text];
        return texts.SelectMany(Rewrite).Select(text => Test(text, value.Location));
    }

    private void CheckCombination()
    {
        string[][] alternatives = [["re"], ["cidr"], ["exists"], Comparisons, Relations];
        var ways = alternatives.SelectMany(group => group.Where(Has)).ToList();
        Reject(ways.Count > 1, () => $"the modifiers '{ways[0]}' and '{ways[1]}' do not go together");
        Reject(TimeParts.Count(Has) > 1, () => "only one part of a time can be compared");
        Reject(TimeParts.Any(Has) && ways.Except(Comparisons).Any(), () => $"'{ways[0]}' means nothing to a part of a time; use gt, gte, lt, lte or none");
        Reject(Has("cased") && ways.Except(Relations).Any(), () => $"the modifier 'cased' means nothing to '{ways[0]}'");
        Reject((Has("i") || Has("m") || Has("s")) && !Has("re"), () => "the modifiers i, m and s belong behind 're'");
        Reject(Has("fieldref") && ways.Except(Relations).Any(), () => $"'fieldref' and '{ways[0]}' do not go together");
        Reject(Encodings.Count(Has) > 1, () => "only one encoding can be used");
        Reject(Encodings.Any(Has) && !Has("base64") && !Has("base64offset"),
            () => "audit events hold no UTF-16: the encoding means something only with base64 or base64offset behind it");
        Reject(Has("base64") && Has("base64offset"), () => "the modifiers 'base64' and 'base64offset' do not go together");
        Reject((Has("windash") || Has("base64") || Has("base64offset")) && ways.Except(Relations).Any(), () => $"'{ways[0]}' takes no rewritten value");
    }

    private void Reject(bool problem, Func<string> message)
    {
        if (problem)
        {
            throw new SigmaException(_key, message());
        }
    }

    private bool Has(string modifier) => _modifiers.Contains(modifier);

    private IEnumerable<string> Rewrite(string text)
    {
        var forms = Has("windash") ? ValueEncoding.Windash(text) : [text];
        if (!Has("base64") && !Has("base64offset"))
        {
            return forms;
        }

        var encoding = Encodings.FirstOrDefault(Has);
        return forms.SelectMany(form => Has("base64")
            ? [Convert.ToBase64String(ValueEncoding.Bytes(form, encoding))]
            : ValueEncoding.Base64Offsets(ValueEncoding.Bytes(form, encoding)).Where(encoded => encoded.Length > 0));
    }

    private ValueTest Test(string text, SourceLocation location)
    {
        if (TimeParts.FirstOrDefault(Has) is { } part)
        {
            return new ValueTest.Time(Enum.Parse<TimePart>(part, ignoreCase: true), Operator(), Number(text, location));
        }

        if (Has("fieldref"))
        {
            return FieldReference(text, location);
        }

        return Has("re") ? new ValueTest.Regex(Expression(text, location))
            : Has("cidr") ? new ValueTest.Cidr(Network(text, location))
            : Has("exists") ? new ValueTest.Existence(bool.TryParse(text, out var expected) ? expected : throw new SigmaException(location, "'exists' takes true or false"))
            : Comparisons.Any(Has) ? new ValueTest.Comparison(Operator(), Number(text, location))
            : new ValueTest.Text(SigmaString.Parse(text).Open(Has("contains") || Has("endswith"), Has("contains") || Has("startswith")), _isName || Has("cased"));
    }

    private ComparisonOperator Operator() => Comparisons.FirstOrDefault(Has) switch
    {
        "gt" => ComparisonOperator.GreaterThan,
        "gte" => ComparisonOperator.GreaterThanOrEqual,
        "lt" => ComparisonOperator.LessThan,
        "lte" => ComparisonOperator.LessThanOrEqual,
        _ => ComparisonOperator.EqualTo,
    };

    private ValueTest.FieldReference FieldReference(string field, SourceLocation location)
    {
        var relation = Relations.FirstOrDefault(Has) switch
        {
            "contains" => FieldRelation.Contains,
            "startswith" => FieldRelation.StartsWith,
            "endswith" => FieldRelation.EndsWith,
            _ => FieldRelation.EqualTo,
        };
        return Events.FieldPath.TryParse(field, out _)
            ? new ValueTest.FieldReference(field, relation, _isName || NameFields.Has(field) || Has("cased"))
            : throw new SigmaException(location, $"no audit event has a field '{field}'{Events.EventSchema.Suggest(field)}");
    }

    private static decimal Number(string text, SourceLocation location) =>
        decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new SigmaException(location, $"'{text}' is not a number");

    private static IPNetwork Network(string text, SourceLocation location) => IPNetwork.TryParse(text, out var network)
        ? network
        : throw new SigmaException(location, $"'{text}' is not a network such as 10.0.0.0/8 or fd00::/8");

    // Event texts are an attacker's: only expressions that are matched in linear time are taken.
    private DetectionRegex Expression(string text, SourceLocation location)
    {
        var options = (Has("i") ? RegexOptions.IgnoreCase : 0) | (Has("m") ? RegexOptions.Multiline : 0) | (Has("s") ? RegexOptions.Singleline : 0);
        try
        {
            return DetectionRegex.Of(text, options);
        }
        catch (Exception problem) when (problem is ArgumentException or NotSupportedException)
        {
            var reason = problem is NotSupportedException
                ? "lookaround, backreferences and atomic groups are not supported, because an attacker could stall the service with them"
                : problem.Message;
            throw new SigmaException(location, $"not a usable regular expression: {reason}");
        }
    }
}
