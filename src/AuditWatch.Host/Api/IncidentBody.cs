using System.Text.Json;
using AuditWatch.Alerts;
using AuditWatch.Incidents;

namespace AuditWatch.Host.Api;

/// <summary>
/// The bodies of what people do with incidents: <c>{"by":"jane"}</c>, who it is, and with it <c>"to"</c> for <c>assign</c>, <c>"text"</c> for <c>note</c>, <c>"reason"</c> and perhaps <c>"text"</c>
/// for <c>close</c>, <c>"alerts"</c> for <c>split</c>, <c>"with"</c> for <c>merge</c>.
/// </summary>
internal static class IncidentBody
{
    /// <summary>The longest note, in characters.</summary>
    public const int MaxText = 2_000;

    /// <summary>The most alerts or incidents that one request names.</summary>
    public const int MaxIds = 500;

    private static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web)
    {
        MaxDepth = 4,
        PropertyNameCaseInsensitive = false,
        AllowDuplicateProperties = false,
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>What there is to do.</summary>
    public static IReadOnlyList<string> Actions { get; } = ["acknowledge", "assign", "note", "close", "reopen", "split", "merge"];

    /// <summary>What a person wants.</summary>
    /// <param name="action">One of <see cref="Actions"/>.</param>
    /// <param name="body">The body.</param>
    /// <param name="errors">Everything that is wrong with it, for a person.</param>
    /// <returns>That; null if the body does not say it.</returns>
    public static IncidentAction? Read(string action, ReadOnlyMemory<byte> body, out IReadOnlyList<string> errors) =>
        Parse(action, body, mayLackReason: false, out errors) is not { } said ? null : action switch
        {
            "acknowledge" => new IncidentAction.Acknowledge(said.By!),
            "assign" => new IncidentAction.Assign(said.By!, said.To!),
            "note" => new IncidentAction.Note(said.By!, said.Text!),
            "close" => said.Close,
            "reopen" => new IncidentAction.Reopen(said.By!),
            "split" => new IncidentAction.Split(said.By!, said.Alerts!),
            _ => new IncidentAction.Merge(said.By!, said.With!),
        };

    /// <summary>Who closes an alert and why, of the body of <c>close</c>, which need not say why: then it has been dealt with.</summary>
    /// <param name="body">The body.</param>
    /// <param name="errors">Everything that is wrong with it, for a person.</param>
    /// <returns>That; null if the body does not say it.</returns>
    public static (string By, string Why)? ReadOfAlert(ReadOnlyMemory<byte> body, out IReadOnlyList<string> errors) =>
        Parse("close", body, mayLackReason: true, out errors) is { } said ? (said.By!, said.Reason is null ? AlertBook.Dealt : IncidentBook.Said(said.Close)) : null;

    private static Said? Parse(string action, ReadOnlyMemory<byte> body, bool mayLackReason, out IReadOnlyList<string> errors)
    {
        try
        {
            var said = JsonSerializer.Deserialize<Said>(body.Span, Strict) ?? new Said();
            errors = [.. Problems(action, said, mayLackReason && said.Text is null)];
            return errors.Count > 0 ? null : said;
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException)
        {
            errors = [$"the body is not a JSON object as '{action}' takes it: {problem.Message}"];
            return null;
        }
    }

    private static IEnumerable<string> Problems(string action, Said said, bool mayLackReason)
    {
        if (string.IsNullOrWhiteSpace(said.By) || said.By.Length > WhoBody.MaxLength)
        {
            yield return $"'by' has to say who you are, in at most {WhoBody.MaxLength} characters";
        }

        if (action == "assign" ? string.IsNullOrWhiteSpace(said.To) || said.To.Length > WhoBody.MaxLength : said.To is not null)
        {
            yield return action == "assign" ? $"'to' has to say who gets it, in at most {WhoBody.MaxLength} characters" : "unknown key 'to'";
        }

        if (action is "note" or "close" ? said.Text?.Length > MaxText || (action == "note" && string.IsNullOrWhiteSpace(said.Text)) : said.Text is not null)
        {
            yield return action is "note" or "close" ? $"'text' has to say something, in at most {MaxText} characters" : "unknown key 'text'";
        }

        if (action == "close" ? (said.Reason is null ? !mayLackReason : CloseReasons.Parse(said.Reason) is null) : said.Reason is not null)
        {
            yield return action == "close" ? $"'reason' has to be one of {string.Join(", ", CloseReasons.Words)}" : "unknown key 'reason'";
        }
        else if (action == "close" && said.Reason == CloseReason.Other.Word() && string.IsNullOrWhiteSpace(said.Text))
        {
            yield return "'text' has to say what it was where 'reason' is other";
        }

        foreach (var (key, ids, of) in new[] { ("alerts", said.Alerts, "split"), ("with", said.With, "merge") })
        {
            if (action == of ? ids is null or { Length: 0 or > MaxIds } || ids.Any(string.IsNullOrEmpty) : ids is not null)
            {
                yield return action == of ? $"'{key}' has to name 1 to {MaxIds} of them by their ids" : $"unknown key '{key}'";
            }
        }
    }

    private sealed record Said(string? By = null, string? To = null, string? Text = null, string? Reason = null, string[]? Alerts = null, string[]? With = null)
    {
        public IncidentAction.Close Close => new(By!, CloseReasons.Parse(Reason!)!.Value, Text);
    }
}
