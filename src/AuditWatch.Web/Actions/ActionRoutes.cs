using AuditWatch.Access;
using AuditWatch.Alerts;
using AuditWatch.Incidents;
using AuditWatch.Notifications.Rendering;
using AuditWatch.Processing;
using AuditWatch.Web.Access;
using AuditWatch.Web.Queue;
using AuditWatch.Web.Trail;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace AuditWatch.Web.Actions;

/// <summary>
/// What people do: forms, each with the token of a page of ours. What was done leads back to the page it came from, what was not done is said on a page of its own. It is done when it is durable.
/// </summary>
internal static class ActionRoutes
{
    private const int MaxText = 500;

    // Of so many, the trail names each; what happened to any alert stands in its own history as well.
    private const int MostNoted = 1_000;

    // What batches find meanwhile waits for at most so many.
    private const int AtATime = 200;
    private const int LongestId = 16;
    private const int LongestView = 500;
    private const string WithoutText = "Write a note.";
    private const string WithoutPerson = "Say who gets it.";
    private const string WithoutReason = "Say why: choose one of the reasons.";

    public static void MapActions(this IEndpointRouteBuilder pages, AuditWatchService service, TimeProvider time)
    {
        Post("alerts/{id}/acknowledge", "../", (form, id) => ForEachAsync(form, id, one => service.Alerts.AcknowledgeAsync(one, form.By), "is open no more, or there is no such alert"));
        Post("alerts/{id}/close", "../", (form, id) => form.Close is not { } close ? Task.FromResult<string?>(WithoutReason)
            : ForEachAsync(form, id, one => service.Alerts.CloseAsync(one, form.By, IncidentBook.Said(close)), "is closed already, or there is no such alert"));
        Post("alerts/{id}/assign", "../", (form, id) => form.To is not { } to ? Task.FromResult<string?>(WithoutPerson)
            : ForEachAsync(form, id, one => service.Alerts.AssignAsync(one, form.By, to), "is closed already, or there is no such alert"));
        Post("alerts/{id}/note", "../", (form, id) =>
        {
            if (form.Text.Length == 0)
            {
                return Task.FromResult<string?>(WithoutText);
            }

            var there = service.History.Of(form.Alerts(id)).Select(alert => alert.Id).ToHashSet(StringComparer.Ordinal);
            return ForEachAsync(form, id, one => NoteAsync(service, form, one, there), "is not there");
        });
        Post("incidents/{id}/acknowledge", "../", (form, id) => DoAsync(service, id, new IncidentAction.Acknowledge(form.By)));
        Post("incidents/{id}/assign", "../", (form, id) => form.To is { } to ? DoAsync(service, id, new IncidentAction.Assign(form.By, to)) : Task.FromResult<string?>(WithoutPerson));
        Post("incidents/{id}/note", "../", (form, id) => form.Text.Length == 0 ? Task.FromResult<string?>(WithoutText) : DoAsync(service, id, new IncidentAction.Note(form.By, form.Text)));
        Post("incidents/{id}/close", "../", (form, id) => form.Close is { } close ? DoAsync(service, id, close) : Task.FromResult<string?>(WithoutReason));
        Post("incidents/{id}/reopen", "../", (form, id) => DoAsync(service, id, new IncidentAction.Reopen(form.By)));
        Post("incidents/{id}/split", "../", (form, id) => form.Ids.Count == 0 ? Task.FromResult<string?>("Choose the alerts that are another story.") : DoAsync(service, id, new IncidentAction.Split(form.By, form.Ids)));
        Post("incidents/{id}/merge", "../", (form, id) => new IncidentAction.Merge(form.By, [form.Field("with")]) is var merge && form.Seen.HasIncident(id, merge) ? DoAsync(service, id, merge)
            : Task.FromResult<string?>("There is no such incident that you may deal with."));
        Post("views/save", "", (form, _) => Task.FromResult(SavedViews.Save(form.Http, form.Field("name").Trim(), form.Back))).WithMetadata(new ForEverybody());
        Post("views/forget", "", (form, _) => Task.FromResult(SavedViews.Forget(form.Http, form.Field("name")))).WithMetadata(new ForEverybody());
        Post("silences/add", "", (form, _) => SilenceAsync(service, form, time.GetUtcNow()));
        Post("silences/{id}/expire", "../", async (_, id) => await service.Alerts.ExpireAsync(id));
        // These tell of alerts of all clusters.
        Post("dead-letters/{id}/resend", "../", async (_, id) => id == "all" ? await service.Outbox.ResendAllAsync() is 0 ? "There is nothing to send again." : null
            : await service.Outbox.ResendAsync(id) ? null : "There is no such notification any more, or no receiver of that name.").WithMetadata(new ForAllClusters());
        Post("dead-letters/{id}/discard", "../", async (_, id) => await service.Outbox.DeadLetters.RemoveAsync(id) ? null : "There is no such notification any more.").WithMetadata(new ForAllClusters());

        Post("receivers/{id}/test", "../", async (form, id) => await service.ReceiverTests.SendAsync(id, form.By, form.Http.RequestAborted) is null ? $"There is no receiver '{id}'." : null).WithMetadata(new ForAdmins());

        RouteHandlerBuilder Post(string address, string up, Func<ActionForm, string, Task<string?>> act) => pages.MapPost(address, async (HttpContext http) =>
        {
            // As seen from the form's address, which is at the depth of its route.
            var root = up + "../";
            if (!await http.RequestServices.GetRequiredService<IAntiforgery>().IsRequestValidAsync(http))
            {
                return Results.Text("The form is too old, or not ours: load the page again.\n", statusCode: StatusCodes.Status403Forbidden);
            }

            var signedIn = Caller.Of(http).Name;
            var form = new ActionForm(http, await http.Request.ReadFormAsync(http.RequestAborted), signedIn, Seen.By(service, Caller.Of(http), Role.Responder));
            if (signedIn is null && form.By.Length > 0)
            {
                Person.Remember(http, form.By);
            }

            http.Features.Set(new ActedOn(signedIn is null && form.By.Length is > 0 and <= Person.MaxLength ? form.By : null, [.. form.Ids.Take(MostNoted).Select(one => DisplayText.Of(one, LongestId))]) { Whole = form.Whole });
            var id = http.Request.RouteValues["id"] as string ?? "";
            var problem = form.Problem ?? Hidden(form.Seen, address, id, form) ?? await act(form, id);
            return problem is null ? new SeeOther(root + form.Back)
                : PageResult.Refusal(PageResult.Context(http, time, root, form.Back), StatusCodes.Status409Conflict, problem);
        });
    }

    // Who may deal with some clusters alone is told of the others what they would be told if there were nothing.
    private static string? Hidden(Seen seen, string address, string id, ActionForm form) => address.Split('/')[0] switch
    {
        _ when seen.Clusters is null => null,
        "alerts" => seen.FirstMissing(form.Alerts(id)) is { } alert ? $"There is no alert {alert} that you may deal with." : null,
        "incidents" => seen.Snapshot.Incidents.ContainsKey(id) ? null : $"There is no incident {id} that you may deal with.",
        "silences" when address.EndsWith("expire", StringComparison.Ordinal) => seen.Snapshot.Silences.Any(silence => silence.Id == id) ? null : "There is no such silence that you may end.",
        _ => null,
    };

    private static async Task<string?> ForEachAsync(ActionForm form, string id, Func<string, Task<bool>> act, string otherwise)
    {
        var ids = form.Alerts(id);
        if (ids.Count == 0)
        {
            return "Choose at least one alert.";
        }

        // Together they are a few commits. Of many, some have been dealt with meanwhile, which is what was wanted.
        var isDone = false;
        foreach (var some in ids.Chunk(AtATime))
        {
            isDone |= (await Task.WhenAll(some.Select(act))).Contains(true);
        }

        return isDone ? null : $"The alert {ids[0]} {otherwise}.";
    }

    private static async Task<string?> DoAsync(AuditWatchService service, string id, IncidentAction action) => (await service.Alerts.DoAsync(id, action)).Problem;

    private static async Task<bool> NoteAsync(AuditWatchService service, ActionForm form, string id, HashSet<string> there)
    {
        if (!there.Contains(id))
        {
            return false;
        }

        await service.Alerts.NoteAsync(id, form.By, form.Text);
        return true;
    }

    private static async Task<string?> SilenceAsync(AuditWatchService service, ActionForm form, DateTimeOffset now)
    {
        try
        {
            var silence = new Silence
            {
                Id = Silence.NewId(),
                Matchers = Matchers.Parse(form.Field("matchers")),
                CreatedBy = form.By,
                Comment = form.Field("comment"),
                StartsAt = now,
                EndsAt = now + TimeSpan.FromHours(int.TryParse(form.Field("hours"), out var hours) && hours is >= 1 and <= 24 * 366 ? hours : 0),
            };
            return silence.Problems().FirstOrDefault() is { } problem ? $"The silence cannot be: {problem}."
                : !form.Seen.Has(silence) ? $"It would hide what you may not deal with: add cluster=\"{form.Seen.Clusters!.Order(StringComparer.Ordinal).First()}\"."
                : await service.Alerts.AddAsync(silence) ? null : "There are too many silences: end some.";
        }
        catch (MatcherFormatException problem)
        {
            return problem.Message;
        }
    }

    // What a form says. Every text of it is bounded. Who has signed in is not asked who they are.
    private sealed class ActionForm(HttpContext http, IFormCollection fields, string? signedIn, Seen seen)
    {
        public HttpContext Http => http;

        // What they may deal with.
        public Seen Seen => seen;

        public string By { get; } = signedIn ?? fields["by"].ToString().Trim();

        public string Text { get; } = fields["text"].ToString().Trim();

        // Who somebody else gives it to; null if nobody is named.
        public string? To => Field("to").Trim() is { Length: > 0 and <= Person.MaxLength } to ? to : null;

        public IReadOnlyList<string> Ids { get; } = [.. fields["id"].OfType<string>().Concat(PackedIds.Read(fields["ids"].ToString())).Distinct(StringComparer.Ordinal)];

        // Of which view they are all, for the trail; null if they were chosen one by one.
        public string? Whole => fields.ContainsKey("ids") ? $"{Counted.Of(Ids.Count, "alert")} {(Field("view") is { Length: > 0 } view ? $"of the view {DisplayText.Of(view, LongestView)}" : "that were not closed")}" : null;

        // Those that an address names.
        public IReadOnlyList<string> Alerts(string id) => id == "all" ? Ids : [id];

        public string Back { get; } = fields["back"].ToString() is var back && PageAddress.IsOurs(back) ? back : "";

        public IncidentAction.Close? Close => CloseReasons.Parse(Field("reason")) is { } reason ? new IncidentAction.Close(By, reason, Text.Length > 0 ? Text : null) : null;

        public string? Problem => fields.ContainsKey("by") && By.Length is 0 or > Person.MaxLength ? $"Say who you are, in at most {Person.MaxLength} characters."
            : Text.Length > MaxText ? $"Write at most {MaxText} characters."
            : Ids.Count > WholeView.Most ? $"At most {WholeView.Most:N0} alerts at once."
            : null;

        public string Field(string name) => fields[name].ToString();
    }

    // The browser loads the page anew, and loading it again later does nothing twice.
    private sealed class SeeOther(string address) : IResult
    {
        public Task ExecuteAsync(HttpContext http)
        {
            http.Response.StatusCode = StatusCodes.Status303SeeOther;
            http.Response.Headers.Location = address.Length > 0 ? address : "./";
            return Task.CompletedTask;
        }
    }
}
