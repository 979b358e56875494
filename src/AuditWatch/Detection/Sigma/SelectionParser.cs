using AuditWatch.Events;
using AuditWatch.Yaml;

namespace AuditWatch.Detection.Sigma;

/// <summary>
/// Reads a selection: a map, all of whose keys must hold, or a list of maps, of which one must. A key is a field with modifiers
/// (<c>user.username|startswith</c>); of a list of values one must hold, or with the modifier <c>all</c> each.
/// See the Sigma Rules Specification 2.1, "Detection".
/// </summary>
internal sealed class SelectionParser(Diagnostics diagnostics)
{
    /// <summary>Reads a selection.</summary>
    /// <param name="selection">The map or list of maps.</param>
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
            if (element.IsMap)
            {
                parts.Add(ParseMap(element, withinElement));
            }
            else
            {
                diagnostics.Error(element.Location, "keyword searches are not supported; name the field: 'field: value'");
            }
        }

        return parts.Count == 1 ? parts[0] : new Expression.Or(parts);
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

    private Expression ParseItem(YamlValue key, YamlValue value, bool withinElement)
    {
        var words = key.Text.Split('|');
        var field = words[0];
        if (!withinElement && !FieldPath.TryParse(field, out _))
        {
            var root = field.Split('.')[0];
            throw new SigmaException(key.Location, $"no audit event has a field '{field}'{Suggestion.For(root, FieldPath.Roots)}");
        }

        var modifiers = words[1..];
        if (modifiers.Contains("any"))
        {
            return modifiers.Length == 1 && value.IsMap && !withinElement
                ? new Expression.AnyElement(field, Parse(value, withinElement: true), key.Location)
                : throw new SigmaException(key.Location, "the modifier 'any' stands alone, not within another, and its value is a map of what one element must be like");
        }

        var all = modifiers.Contains("all");
        var tests = new ValueTestParser(key, [.. modifiers.Where(modifier => modifier != "all")]);
        var elements = value.Elements.ToList();
        if (elements.Count == 0)
        {
            throw new SigmaException(value.Location, $"'{field}' has an empty list of values: it could never match");
        }

        if (all && elements.Count == 1)
        {
            throw new SigmaException(key.Location, "the modifier 'all' needs a list of at least two values");
        }

        var parts = elements.ConvertAll(Expression (element) => new Expression.Field(field, tests.Parse(element), key.Location));
        return parts.Count == 1 ? parts[0] : all ? new Expression.And(parts) : new Expression.Or(parts);
    }
}
