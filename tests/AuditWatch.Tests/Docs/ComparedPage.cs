using System.Text;
using AuditWatch.Yaml;

namespace AuditWatch.Tests.Docs;

/// <summary>What docs/detections-compared.yml says, and docs/detections-compared.md as it follows from it.</summary>
/// <param name="Sets">In the order of the file, a document each.</param>
internal sealed record ComparedPage(IReadOnlyList<ComparedPage.Set> Sets)
{
    public const string Data = "docs/detections-compared.yml";

    private const string Introduction = """
        # Detections compared

        This page is made of [detections-compared.yml](detections-compared.yml); edit that, not the page.

        What three public sets of rules for Kubernetes audit logs look for, and which detection here does, or why none does. Names are theirs; nothing of theirs is in ours. The levels, what
        is counted and what is excepted differ: [detections.md](detections.md) has ours, and the tests beside each detection say what it fires for.

        """;

    /// <summary>One rule of theirs: <paramref name="Ours"/> are names of detections, <paramref name="WhyNot"/> is the reason why there are none.</summary>
    public sealed record Rule(string Theirs, IReadOnlyList<string> Ours, string? WhyNot, string? Note);

    /// <summary>One set of theirs. <paramref name="Named"/> says what its rules go by.</summary>
    public sealed record Set(string Name, string Title, string Address, string Named, string? About, IReadOnlyList<Rule> Rules);

    /// <summary>The file at <paramref name="path"/>. What is wrong with it is in <paramref name="diagnostics"/>, with its line.</summary>
    public static ComparedPage Load(string path, Diagnostics diagnostics) => new([.. YamlFile.Load(path, diagnostics).Select(document => SetOf(document, diagnostics))]);

    public override string ToString()
    {
        var page = new StringBuilder(Introduction);
        foreach (var set in Sets)
        {
            page.Append($"\n## {set.Name}\n\n[{set.Title}]({set.Address}), {set.Named}.{(set.About is null ? "" : " " + set.About)}\n\n| theirs | ours |\n|---|---|\n");
            foreach (var rule in set.Rules)
            {
                var ours = rule.WhyNot is null ? string.Join(", ", rule.Ours.Select(name => $"`{name}`")) : $"not: {rule.WhyNot}";
                page.Append($"| {rule.Theirs} | {Cell(rule.Note is null ? ours : $"{ours}; {rule.Note}")} |\n");
            }
        }

        return page.ToString();
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);

    private static Set SetOf(YamlValue document, Diagnostics diagnostics)
    {
        var map = new YamlMap(document, diagnostics);
        var rules = map.TryGet("rules", out var list) ? list.Elements.Select(rule => RuleOf(rule, diagnostics)).ToList() : [];
        var set = new Set(map.RequiredString("set"), map.RequiredString("title"), map.RequiredString("address"), map.RequiredString("named"), map.String("about"), rules);
        map.RejectUnknown();
        return set;
    }

    private static Rule RuleOf(YamlValue value, Diagnostics diagnostics)
    {
        var map = new YamlMap(value, diagnostics);
        var rule = new Rule(map.RequiredString("theirs"), map.Strings("ours"), map.String("not"), map.String("note"));
        map.RejectUnknown();
        if (rule.Ours.Count == 0 == (rule.WhyNot is null))
        {
            diagnostics.Error(map.Location, $"'{rule.Theirs}' needs either 'ours', detections by name, or 'not', the reason why there is none");
        }

        return rule;
    }
}
