using AuditWatch.Events;
using AuditWatch.Yaml;

namespace AuditWatch.Detection.Sigma;

/// <summary>
/// Reads a selection: a map, all of whose keys must hold; a list of maps, of which one must; or a list of keywords, of which one must be found
/// anywhere in the event. A key is a field with modifiers (<c>user.username|startswith</c>); of a list of values one must hold, or with the
/// modifier <c>all</c> each. See the Sigma Rules Specification 2.1, "Detection".
/// </summary>
internal sealed class SelectionParser(Placeholders placeholders, Diagnostics diagnostics)
{
    /// <summary>Reads a selection.</summary>
    /// <param name="selection">The map or list.</param>
    /// <param name="withinElement">Whether its fields are relative to an element of an array.</param>
    public Expression Parse(YamlValue selection, bool withinElement = false)
    {
        if (selection.IsMap)
        {
            return ParseMap(selection, withinElement);
        }

        var parts = new List<Expression>();
        foreach (var element in selection.Elements)
        {
            try
            {
                parts.Add(element.IsMap ? ParseMap(element, withinElement) : Values(selection.Location, "", [], element));
            }
            catch (SigmaException problem)
            {
                diagnostics.Error(problem.Location, problem.Message);
            }
        }

        return Or(parts);
    }

    private Expression ParseMap(YamlValue map, bool withinElement)
    {
        var parts = new List<Expression>();
        foreach (var (key, value) in map.Pairs)
        {
            try
            {
                parts.Add(ParseItem(key, value, withinElement));
            }
            catch (SigmaException problem)
            {
                diagnostics.Error(problem.Location, problem.Message);
            }
        }

        if (!map.Pairs.Any())
        {
            diagnostics.Error(map.Location, "a selection without fields would match every event");
        }

        return parts.Count == 1 ? parts[0] : new Expression.And(parts);
    }

    /// <summary>Reads one key of a map and its values.</summary>
    /// <exception cref="SigmaException">They cannot be used.</exception>
    public Expression ParseItem(YamlValue key, YamlValue value, bool withinElement = false)
    {
        var words = key.Text.Split('|');
        var field = ShortFieldNames.Resolve(words[0]);
        var modifiers = words[1..].ToList();
        CheckField(key, field, withinElement);
        if (modifiers.Contains("any"))
        {
            return modifiers.Count == 1 && value.IsMap && !withinElement && field.Length > 0
                ? new Expression.AnyElement(field, Parse(value, withinElement: true), key.Location)
                : throw new SigmaException(key.Location, "the modifier 'any' stands alone, not within another, and its value is a map of what one element must be like");
        }

        if (withinElement && modifiers.Contains("fieldref"))
        {
            throw new SigmaException(key.Location, "'fieldref' is not supported within 'any'");
        }

        var all = modifiers.Remove("all");
        var differs = modifiers.Remove("neq");
        var elements = value.Elements.ToList();
        if (elements.Count == 0)
        {
            throw new SigmaException(value.Location, $"'{field}' has an empty list of values: it could never match");
        }

        if (all && elements.Count == 1)
        {
            throw new SigmaException(key.Location, "the modifier 'all' needs a list of at least two values");
        }

        if (all && differs)
        {
            throw new SigmaException(key.Location, "the modifiers 'all' and 'neq' do not go together");
        }

        var parts = elements.ConvertAll(element => Values(key.Location, field, modifiers, element));
        var expression = all ? new Expression.And(parts) : Or(parts);
        return differs ? new Expression.Not(expression) : expression;
    }

    // One value as written, which modifiers may turn into several, of which one must hold.
    private Expression Values(SourceLocation key, string field, IReadOnlyList<string> modifiers, YamlValue value)
    {
        // A keyword stands anywhere in some text.
        var isKeyword = field.Length == 0;
        var how = isKeyword && !modifiers.Any(modifier => modifier is "re" or "cidr" or "startswith" or "endswith" or "contains") ? [.. modifiers, "contains"] : modifiers;
        var tests = new ValueTestParser(key, how, placeholders, isName: !isKeyword && NameFields.Has(field)).Parse(value).ToList();
        return Or(tests.ConvertAll(Expression (test) => isKeyword ? new Expression.Keyword(test, key) : new Expression.Field(field, test, key)));
    }

    private static Expression Or(List<Expression> parts)
    {
        var flat = parts.SelectMany(part => part is Expression.Or inner ? inner.Parts : [part]).ToList();
        return flat.Count == 1 ? flat[0] : new Expression.Or(flat);
    }

    private static void CheckField(YamlValue key, string field, bool withinElement)
    {
        if (field.Length > 0 && !withinElement && !FieldPath.TryParse(field, out _))
        {
            throw new SigmaException(key.Location, $"no audit event has a field '{field}'{EventSchema.Suggest(field)}");
        }
    }
}
