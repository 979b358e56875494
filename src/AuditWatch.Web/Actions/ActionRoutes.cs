using AuditWatch.Alerts;
using AuditWatch.Incidents;
using AuditWatch.Notifications.Rendering;
using AuditWatch.Processing;
using AuditWatch.Web.Access;
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
    private const int MaxAtOnce = 1_000;
    private const int LongestId = 16;
    private const string WithoutReason = "Say why: choose one of the reasons.";

    public static void MapActions(this IEndpointRouteBuilder pages, AuditWatchService service, TimeProvider time)
    {
        Post("alerts/{id}/acknowledge", "../", (form, id) => ForEachAsync(form, id, one => service.Alerts.AcknowledgeAsync(one, form.By), "is open no more, or there is no such alert"));
        Post("alerts/{id}/close", "../", (form, id) => form.Close is not { } close ? Task.FromResult<string?>(WithoutReason)
            : ForEachAsync(form, id, one => service.Alerts.CloseAsync(one, form.By, IncidentBook.Said(close)), "is closed already, or there is no such alert"));
        Post("alerts/{id}/note", "../", (form, id) => NoteAsync(service, form, id));
        Post("incidents/{id}/acknowledge", "../", (form, id) => DoAsync(service, id, new IncidentAction.Acknowledge(form.By)));
        Post("incidents/{id}/note", "../", (form, id) => form.Text.Length == 0 ? Task.FromResult<string?>("Write a note.") : DoAsync(service, id, new IncidentAction.Note(form.By, form.Text)));
        Post("incidents/{id}/close", "../", (form, id) => form.Close is { } close ? DoAsync(service, id, close) : Task.FromResult<string?>(WithoutReason));
        Post("incidents/{id}/reopen", "../", (form, id) => DoAsync(service, id, new IncidentAction.Reopen(form.By)));
        Post("silences/add", "", (form, _) => SilenceAsync(service, form, time.GetUtcNow()));
        Post("silences/{id}/expire", "../", async (_, id) => await service.Alerts.ExpireAsync(id));
        Post("dead-letters/{id}/resend", "../", async (_, id) => id == "all" ? await service.Outbox.ResendAllAsync() is 0 ? "There is nothing to send again." : null
            : await service.Outbox.ResendAsync(id) ? null : "There is no such notification any more, or no receiver of that name.");
        Post("dead-letters/{id}/discard", "../", async (_, id) => await service.Outbox.DeadLetters.RemoveAsync(id) ? null : "There is no such notification any more.");

        void Post(string address, string up, Func<ActionForm, string, Task<string?>> act) => pages.MapPost(address, async (HttpContext http) =>
        {
            // As seen from the form's address, which is at the depth of its route.
            var root = up + "../";
            if (!await http.RequestServices.GetRequiredService<IAntiforgery>().IsRequestValidAsync(http))
            {
                return Results.Text("The form is too old, or not ours: load the page again.\n", statusCode: StatusCodes.Status403Forbidden);
            }

            var signedIn = Caller.Of(http).Name;
            var form = new ActionForm(await http.Request.ReadFormAsync(http.RequestAborted), signedIn);
            if (signedIn is null && form.By.Length > 0)
            {
                Person.Remember(http, form.By);
            }

            http.Features.Set(new ActedOn(signedIn is null && form.By.Length is > 0 and <= Person.MaxLength ? form.By : null, [.. form.Ids.Take(MaxAtOnce).Select(one => DisplayText.Of(one, LongestId))]));
            var problem = form.Problem ?? await act(form, http.Request.RouteValues["id"] as string ?? "");
            return problem is null ? new SeeOther(root + form.Back)
                : PageResult.Refusal(PageResult.Context(http, time, root, form.Back), StatusCodes.Status409Conflict, problem);
        });
    }

    private static async Task<string?> ForEachAsync(ActionForm form, string id, Func<string, Task<bool>> act, string otherwise)
    {
        var ids = id == "all" ? form.Ids : [id];
        if (ids.Count is 0 or > MaxAtOnce)
        {
            return ids.Count == 0 ? "Choose at least one alert." : $"At most {MaxAtOnce:N0} alerts at once.";
        }

        // Together they are a few commits. Of many, some have been dealt with meanwhile, which is what was wanted.
        var done = await Task.WhenAll(ids.Select(act));
        return done.Contains(true) ? null : $"The alert {ids[0]} {otherwise}.";
    }

    private static async Task<string?> DoAsync(AuditWatchService service, string id, IncidentAction action) => (await service.Alerts.DoAsync(id, action)).Problem;

    private static async Task<string?> NoteAsync(AuditWatchService service, ActionForm form, string id)
    {
        if (form.Text.Length == 0)
        {
            return "Write a note.";
        }

        if (service.History.Find(id) is not [var alert])
        {
            return $"There is no alert {id}.";
        }

        await service.Alerts.NoteAsync(alert.Id, form.By, form.Text);
        return null;
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
                : await service.Alerts.AddAsync(silence) ? null : "There are too many silences: end some.";
        }
        catch (MatcherFormatException problem)
        {
            return problem.Message;
        }
    }

    // What a form says. Every text of it is bounded. Who has signed in is not asked who they are.
    private sealed class ActionForm(IFormCollection fields, string? signedIn)
    {
        public string By { get; } = signedIn ?? fields["by"].ToString().Trim();

        public string Text { get; } = fields["text"].ToString().Trim();

        public IReadOnlyList<string> Ids { get; } = [.. fields["id"].OfType<string>().Distinct(StringComparer.Ordinal)];

        public string Back { get; } = fields["back"].ToString() is var back && PageAddress.IsOurs(back) ? back : "";

        public IncidentAction.Close? Close => CloseReasons.Parse(Field("reason")) is { } reason ? new IncidentAction.Close(By, reason, Text.Length > 0 ? Text : null) : null;

        public string? Problem => fields.ContainsKey("by") && By.Length is 0 or > Person.MaxLength ? $"Say who you are, in at most {Person.MaxLength} characters."
            : Text.Length > MaxText ? $"Write at most {MaxText} characters."
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
