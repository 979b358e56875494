using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace AuditWatch.Tests.Notifications.Slack;

/// <summary>Looks at the texts of a message as Slack does.</summary>
internal static partial class SlackMarkup
{
    /// <summary>The texts of a message's blocks, in their order.</summary>
    public static IEnumerable<string> Texts(JsonObject message) => TextObjects(message["blocks"]).Select(text => (string)text["text"]!);

    /// <summary>Fails if Slack would do anything with the message but show it, apart from the markup we put there.</summary>
    public static void AssertHarmless(JsonObject message)
    {
        foreach (var text in Texts(message).Append((string)message["text"]!))
        {
            // What is left when our own markup is taken away must hold nothing that Slack would act on.
            Assert.DoesNotMatch(Active(), OwnMarkup().Replace(text, ""));
        }

        foreach (var text in TextObjects(message["blocks"]))
        {
            Assert.True((string?)text["type"] == "mrkdwn" ? (bool?)text["verbatim"] : !(bool?)text["emoji"]);
            if ((string?)text["type"] == "mrkdwn")
            {
                Assert.DoesNotMatch(Formatting(), CodeSpans().Replace(OwnMarkup().Replace((string)text["text"]!, ""), ""));
            }
        }
    }

    private static IEnumerable<JsonObject> TextObjects(JsonNode? node) => node switch
    {
        JsonArray list => list.SelectMany(TextObjects),
        JsonObject text when (string?)text["type"] is "mrkdwn" or "plain_text" => [text],
        JsonObject block => block.SelectMany(pair => TextObjects(pair.Value)),
        _ => [],
    };

    // The bold titles of sections and fields, and the links we make.
    [GeneratedRegex(@"\A\*[A-Z][a-z ]+\*\n|<https://runbooks\.example\.com/[^<>|]*>|<https://attack\.mitre\.org/techniques/T[0-9/]+\|T[0-9.]+>|<https://auditwatch\.example\.com/(?:alerts/[0-9a-f]{16}\|[0-9a-f]{16}|\|all alerts)>")]
    private static partial Regex OwnMarkup();

    [GeneratedRegex(@"[<>]|&(?!(?:amp|lt|gt);)|@(?:channel|here|everyone)|[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\u200b]", RegexOptions.IgnoreCase)]
    private static partial Regex Active();

    [GeneratedRegex(@"```[^`]*```|`[^`\n]*`")]
    private static partial Regex CodeSpans();

    [GeneratedRegex(@"[*_~`]|^&gt;|:[a-z]+:", RegexOptions.Multiline)]
    private static partial Regex Formatting();
}
