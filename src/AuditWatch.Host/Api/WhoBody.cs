using System.Text.Json;

namespace AuditWatch.Host.Api;

/// <summary>The body <c>{"by":"…"}</c>: who does something, as they call themselves.</summary>
internal static class WhoBody
{
    /// <summary>The longest name, in characters.</summary>
    public const int MaxLength = 200;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 4, AllowDuplicateProperties = false };

    /// <summary>The name; null if there is none.</summary>
    /// <param name="body">The body.</param>
    /// <param name="errors">Everything that is wrong with it, for a person.</param>
    public static string? Read(ReadOnlyMemory<byte> body, out IReadOnlyList<string> errors)
    {
        var problems = new List<string>();
        errors = problems;
        try
        {
            using var json = JsonDocument.Parse(body, Strict);
            if (json.RootElement.ValueKind != JsonValueKind.Object)
            {
                problems.Add("the body is not a JSON object such as {\"by\":\"jane\"}");
                return null;
            }

            problems.AddRange(json.RootElement.EnumerateObject().Where(member => member.Name != "by").Select(member => $"unknown key '{member.Name}'"));
            var by = json.RootElement.TryGetProperty("by", out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
            if (string.IsNullOrWhiteSpace(by) || by.Length > MaxLength)
            {
                problems.Add($"'by' has to say who you are, in at most {MaxLength} characters");
            }

            return problems.Count == 0 ? by : null;
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException)
        {
            // The latter of texts that are no Unicode.
            problems.Add($"the body is not JSON: {problem.Message}");
            return null;
        }
    }
}
