using System.Text.Json;
using System.Text.RegularExpressions;

namespace AuditWatch.Notifications.Elasticsearch;

/// <summary>What the answer to a bulk request means: it is a success as a whole, whatever has become of its documents.</summary>
internal static partial class BulkAnswer
{
    /// <summary>
    /// Delivered if all documents are there (409: an earlier attempt wrote it); to be tried again if one may be taken later, for what is there stays there once; else rejected if one was
    /// refused, though the others are there.
    /// </summary>
    /// <param name="body">The answer.</param>
    /// <param name="documents">How many documents there were.</param>
    public static DeliveryResult ToResult(string body, int documents)
    {
        if (Items(body) is not { } items || items.Count != documents)
        {
            return DeliveryResult.Rejected("the answer was not that of a bulk request: is 'url' the address of Elasticsearch?");
        }

        var later = items.Where(item => item.Status == 429 || item.Status >= 500).ToList();
        var refused = items.Where(item => item.Status is >= 300 and not 409).Except(later).ToList();
        return later.Count > 0 ? DeliveryResult.Retry($"Elasticsearch did not take {later.Count} of {documents} documents for now: {later[0].Status} {later[0].Problem}".TrimEnd())
            : refused.Count > 0 ? DeliveryResult.Rejected($"Elasticsearch refused {refused.Count} of {documents} documents: {refused[0].Status} {refused[0].Problem}".TrimEnd())
            : DeliveryResult.Delivered;
    }

    private static List<(int Status, string Problem)>? Items(string body)
    {
        try
        {
            using var answer = JsonDocument.Parse(body);
            return [.. answer.RootElement.GetProperty("items").EnumerateArray().Select(item => item.EnumerateObject().First().Value).Select(item => (item.GetProperty("status").GetInt32(), Problem(item)))];
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            return null;
        }
    }

    // The type of the error, such as document_parsing_exception; its reason repeats what was in the document.
    private static string Problem(JsonElement item) =>
        item.TryGetProperty("error", out var error) && error.TryGetProperty("type", out var type) && type.GetString() is { } word && WordPattern().IsMatch(word) ? word : "";

    [GeneratedRegex(@"\A[a-z]{1,30}(?:_[a-z]{1,30}){0,8}\z", RegexOptions.CultureInvariant)]
    private static partial Regex WordPattern();
}
