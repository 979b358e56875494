using System.Text.Json;
using System.Text.Json.Nodes;
using AuditWatch.Detection;
using AuditWatch.Yaml;
using Json.Schema;

namespace AuditWatch.Tests.Docs.Schemas;

/// <summary>
/// docs/schemas say what the parsers take. After a change of those: <c>AUDITWATCH_UPDATE_SCHEMAS=1 dotnet test tests/AuditWatch.Tests --filter SchemasTests</c> writes them anew.
/// </summary>
public sealed class SchemasTests
{
    private static readonly string Folder = Path.Combine(RepositoryFiles.Root, "docs", "schemas");

    // They refer to each other by the names of their files.
    private static readonly Lazy<Dictionary<string, JsonSchema>> Loaded = new(() => Directory.GetFiles(Folder, "*.json").Order(StringComparer.Ordinal).Reverse()
        .ToDictionary(file => Path.GetFileName(file), file => JsonSchema.FromText(File.ReadAllText(file), baseUri: new Uri($"https://auditwatch.invalid/schemas/{Path.GetFileName(file)}"))));

    [Fact]
    public void Schemas_OfTheParsers_AreThoseInDocs()
    {
        var unseen = new List<string>();
        var schemas = SchemaWriter.All(unseen);
        if (Environment.GetEnvironmentVariable("AUDITWATCH_UPDATE_SCHEMAS") == "1")
        {
            Directory.CreateDirectory(Folder);
            schemas.ToList().ForEach(schema => File.WriteAllText(Path.Combine(Folder, schema.Key), schema.Value));
        }

        // What no document has is to be added to Docs/Schemas/examples.
        Assert.True(unseen.Count == 0, string.Join(", ", unseen));
        Assert.Equal(schemas.Keys, Directory.GetFiles(Folder, "*.json").Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal));
        Assert.All(schemas, schema => Assert.Equal(schema.Value, File.ReadAllText(Path.Combine(Folder, schema.Key))));
    }

    [Fact]
    public void Schemas_ShippedDetectionsAndTests_AreValid()
    {
        var (detection, tests) = (Schema("detection.json"), Schema("tests.json"));
        var files = DetectionFiles.In(RepositoryFiles.Detections, tests: false).Select(file => (file, detection)).Concat(DetectionFiles.In(RepositoryFiles.Detections, tests: true).Select(file => (file, tests))).ToList();

        Assert.True(files.Count > 400);
        Assert.All(files, one => Assert.All(Documents(one.file), document => Assert.Empty(Errors(one.Item2, document))));
    }

    [Theory]
    [InlineData("deploy/auditwatch.yaml")]
    [InlineData("tests/AuditWatch.Tests/Docs/Schemas/examples/auditwatch.yml")]
    public void Schemas_SampleConfigurations_AreValid(string file) =>
        Assert.All(Documents(Path.Combine(RepositoryFiles.Root, file)), document => Assert.Equal("", string.Join("", Errors(Schema("configuration.json"), document))));

    [Theory]
    [InlineData("configuration.json", "route: {reciever: a}")]
    [InlineData("configuration.json", "route: {receiver: a, routes: [{matchers: [x=y], routes: [{recieverr: a}]}]}")]
    [InlineData("configuration.json", "correlation: {lateness: five minutes}")]
    [InlineData("configuration.json", "receivers: [{name: a, slackConfigs: [{chanel: C1}]}]")]
    [InlineData("detection.json", "{title: x, logsource: {}, detection: {s: {verb: get}, condition: s}, levle: high}")]
    [InlineData("detection.json", "{title: x, logsource: {}, detection: {s: {verb: get}, condition: s}, level: hgih}")]
    [InlineData("detection.json", "{title: x, correlation: {type: event_cuont, rules: [a], timespan: 5m, condition: {gte: 3}}}")]
    [InlineData("detection.json", "{title: x, composite: {within: 1h, steps: [{made: {rul: a}}]}}")]
    [InlineData("detection.json", "{title: x, logsource: {}, filter: {rules: [a], s: {verb: get}, condition: not s}, stauts: test}")]
    [InlineData("tests.json", "tests: [{name: x, fires: true, event: {user: {usrname: jane}}}]")]
    [InlineData("tests.json", "tests: [{name: x, fires: maybe}]")]
    public void Schemas_Mistake_IsFound(string schema, string yaml) => Assert.NotEmpty(Errors(Schema(schema), Assert.Single(YamlFile.Parse("x.yml", yaml, [])) is var value ? YamlJson.Convert(value) : null));

    private static IEnumerable<JsonNode?> Documents(string file)
    {
        var said = new Diagnostics();
        var documents = YamlFile.Load(file, said).Select(YamlJson.Convert).ToList();
        Assert.False(said.HasErrors);
        return documents;
    }

    private static JsonSchema Schema(string name) => Loaded.Value[name];

    private static List<string> Errors(JsonSchema schema, JsonNode? document)
    {
        var result = schema.Evaluate(JsonSerializer.SerializeToElement(document), new EvaluationOptions { OutputFormat = OutputFormat.List });
        return result.IsValid ? [] : [string.Join("\n", (result.Details ?? []).Where(detail => detail.Errors is not null).SelectMany(detail => detail.Errors!.Select(error => $"{detail.InstanceLocation}: {error.Value}")).Distinct().OrderByDescending(error => error.Split(':')[0].Split('/').Length).Take(12))];
    }
}
