using AuditWatch.Alerts;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace AuditWatch.Web.Trail;

/// <summary>What people did, as an address asks for it. Immutable.</summary>
/// <param name="Who">By whom; empty for anybody.</param>
/// <param name="About">About what; empty for anything.</param>
/// <param name="IsKept">Whether anything is kept.</param>
/// <param name="Records">A page of it, the latest first.</param>
/// <param name="Next">The address of the next page; null if this one is the last.</param>
public sealed record TrailView(string Who, string About, bool IsKept, IReadOnlyList<ActionRecord> Records, string? Next)
{
    private const int PageSize = 100;

    /// <summary>What there is to see.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static TrailView Read(ActionHistory history, IQueryCollection query)
    {
        var (who, about) = (query["who"].ToString().Trim(), query["about"].ToString().Trim());
        var (records, next) = history.Read(who, about, SilenceTime.TryParse(query["before"].ToString(), out var before) ? before : null, PageSize);
        return new TrailView(who, about, history.IsKept, records, next is { } end ? Address(who, about, end) : null);
    }

    /// <summary>The address of what somebody did, or of what was done about something.</summary>
    public static string Address(string who, string about, DateTimeOffset? before = null) => QueryHelpers.AddQueryString("actions", new Dictionary<string, string?>
    {
        ["who"] = who.Length > 0 ? who : null,
        ["about"] = about.Length > 0 ? about : null,
        ["before"] = before is { } end ? SilenceTime.Write(end) : null,
    }.Where(pair => pair.Value is not null));

    /// <summary>The alerts and incidents that an action was about, and where their pages are, at most 20.</summary>
    public static IReadOnlyList<(string Name, string Address)> PlacesOf(ActionRecord record)
    {
        var parts = record.Path.Split('/', StringSplitOptions.RemoveEmptyEntries).SkipWhile(part => part is "api" or "v1").ToList();
        return parts is not ["alerts" or "incidents" or "silences", ..] ? []
            : [.. parts.Skip(1).Take(1).Concat(record.On.Objects).Where(IsId).Distinct().Take(20).Select(id => (id, parts[0] == "silences" ? "silences" : $"{parts[0]}/{id}"))];
    }

    private static bool IsId(string text) => text.Length is > 3 and <= 16 && text.All(char.IsAsciiHexDigitLower);
}
