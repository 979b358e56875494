using AuditWatch.Yaml;

namespace AuditWatch.Detection.Sigma;

/// <summary>Whether what a rule says of its findings (actor, summary, dedup, updates) names fields that there are, and parts of the rule that it has.</summary>
/// <param name="rule">The rule, as it was read.</param>
/// <param name="block">Its block <c>auditwatch</c>; null for none.</param>
/// <param name="dedup">What is under <c>dedup</c> there; null for nothing.</param>
/// <param name="diagnostics">Gets what is wrong, with its place.</param>
internal sealed class RuleFieldCheck(DetectionRule rule, YamlMap? block, YamlMap? dedup, Diagnostics diagnostics)
{
    /// <summary>Reports all that is wrong.</summary>
    public void Run()
    {
        if (rule.Composite is not null)
        {
            CheckReferences(rule.Composite);
        }
        else if (rule.Search is not null || rule.Correlation is not null)
        {
            CheckFieldsOfEvents();
        }

        if (rule.FirstSeen is not null && rule.Search is null)
        {
            diagnostics.Error(block!.LocationOf("firstSeen"), "'firstSeen' belongs to rules on single events; give it to a rule that this one refers to");
        }

        if (rule.IsAwaited && rule.Search is null)
        {
            diagnostics.Error(block!.LocationOf("awaited"), "'awaited' belongs to rules on single events; give it to a rule that this one refers to");
        }
    }

    /// <summary>Reports a field that no audit event has.</summary>
    /// <param name="field">The field, as it is written.</param>
    /// <param name="location">Where.</param>
    /// <param name="aliases">What else it may name.</param>
    /// <param name="diagnostics">Gets what is wrong.</param>
    public static void Check(string field, SourceLocation location, IReadOnlyList<FieldAlias> aliases, Diagnostics diagnostics)
    {
        if (!aliases.Any(alias => alias.Name == field) && !Events.FieldPath.TryParse(field, out _))
        {
            diagnostics.Error(location, $"no audit event has a field '{field}'{Events.EventSchema.Suggest(field)}");
        }
    }

    private void CheckReferences(CompositeDefinition composite)
    {
        Check(rule.Actor, block?.LocationOf("actor") ?? rule.Location);
        foreach (var by in rule.DedupBy)
        {
            Check(by, dedup?.LocationOf("by") ?? rule.Location);
        }

        var shown = SummaryTemplate.FieldsOf(rule.Summary).ToList();
        foreach (var text in shown)
        {
            Check(text, block?.LocationOf("summary") ?? rule.Location);
        }

        // What is neither compared nor shown is a mistake, most often in a name.
        var uses = composite.Parts.SelectMany(part => part.Variables).ToLookup(use => use.Variable, StringComparer.Ordinal);
        var dedupBy = dedup?.Strings("by") ?? [];
        foreach (var use in composite.Positive.SelectMany(step => step.Variables).Where(use => use.Binds && use.Alias is null && uses[use.Variable].Count() == 1))
        {
            var name = "$" + use.Variable;
            if (!shown.Contains(name) && !dedupBy.Contains(name) && rule.Actor != name)
            {
                diagnostics.Warning(use.Location, $"{name} is used once, and nowhere shown{Suggestion.For(name, composite.Variables.Where(other => other != use.Variable).Select(other => "$" + other))}");
            }
        }

        void Check(string text, SourceLocation location)
        {
            if (CompositeReference.Parse(text, composite, out var problem) is null)
            {
                diagnostics.Error(location, problem);
            }
        }
    }

    private void CheckFieldsOfEvents()
    {
        IReadOnlyList<FieldAlias> aliases = rule.Correlation?.Aliases ?? [];
        CheckField(rule.Actor, block?.LocationOf("actor") ?? rule.Location, aliases);
        foreach (var field in rule.DedupBy)
        {
            CheckField(field, dedup?.LocationOf("by") ?? rule.Location, aliases);
            if (rule.Correlation?.GroupBy.Contains(field) == false)
            {
                diagnostics.Error(dedup?.LocationOf("by") ?? rule.Location,
                    $"a correlation's findings are told apart by its group-by only: '{field}' is not among that and cannot be in 'dedup.by'");
            }
        }

        foreach (var field in rule.Updates)
        {
            CheckField(field, block?.LocationOf("updates") ?? rule.Location, []);
        }

        foreach (var field in SummaryTemplate.FieldsOf(rule.Summary))
        {
            CheckField(field, block?.LocationOf("summary") ?? rule.Location, aliases);
        }
    }

    private void CheckField(string field, SourceLocation location, IReadOnlyList<FieldAlias> aliases) => Check(field, location, aliases, diagnostics);
}
