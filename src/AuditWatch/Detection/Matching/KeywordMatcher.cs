using System.Text.Json;
using AuditWatch.Events.Json;

namespace AuditWatch.Detection.Matching;

/// <summary>Some string or number anywhere in the event, keys aside, passes a test.</summary>
internal sealed class KeywordMatcher(ValueMatcher test, string wanted) : Matcher
{
    public override bool Matches(in Subject subject)
    {
        var json = subject.Event.Json;
        var reader = new Utf8JsonReader(json, JsonValue.ReaderOptions);
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.Number && test.Visit(JsonValue.FromReader(ref reader, json)))
            {
                return true;
            }
        }

        return false;
    }

    // Where the keyword stands may be a secret, so the text around it is not shown.
    public override void Explain(in Subject subject, List<string> why) => Clause.Add(why, "keyword", "found");

    public override void ExplainMiss(in Subject subject, List<string> misses) => misses.Add($"no text of the event is {wanted}");
}
