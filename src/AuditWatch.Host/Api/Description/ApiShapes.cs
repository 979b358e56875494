using System.ComponentModel;
using AuditWatch.Access;
using AuditWatch.Alerts;
using AuditWatch.Detection;
using AuditWatch.Incidents;

// What the JSON of the API looks like, for its description alone: it is written and read elsewhere, and a test holds real answers against this. Each is named after the schema it becomes. The file is long
// because it is a list.
namespace AuditWatch.Host.Api.Description;

internal sealed record ErrorsShape([property: Description("What is wrong, for a person.")] IReadOnlyList<string> Errors);

internal sealed record ChangedShape(string Id);

internal sealed record CountShape(int Count);

internal sealed record AlertPageShape(IReadOnlyList<ListedAlertShape> Alerts, [property: Description("What `after` has to be for the next page; null if this is the last.")] string? Next);

internal class AlertShape
{
    public required string Id { get; init; }

    public required string Fingerprint { get; init; }

    public required DetectionShape Detection { get; init; }

    public required string Summary { get; init; }

    public required string Actor { get; init; }

    public required string Cluster { get; init; }

    public required int Count { get; init; }

    public required DateTimeOffset FirstSeen { get; init; }

    public required DateTimeOffset LastSeen { get; init; }

    [Description("The fields that make findings one alert.")]
    public required IReadOnlyDictionary<string, string?> Dedup { get; init; }

    public required IReadOnlyList<string> Why { get; init; }

    [Description("What is new in repeats.")]
    public required IReadOnlyList<UpdateShape> Updates { get; init; }

    public required IReadOnlyList<RequestShape> Requests { get; init; }

    public required Level Level { get; init; }

    public required string? ActorKind { get; init; }

    public required AlertStatus Status { get; init; }

    public required string? AcknowledgedBy { get; init; }

    public required string? ClosedBy { get; init; }

    public required string? CloseReason { get; init; }

    public required DateTimeOffset OpenedAt { get; init; }

    public required DateTimeOffset ChangedAt { get; init; }

    [Description("Who was told of it when.")]
    public required IReadOnlyList<AlertEventShape> Told { get; init; }

    [Description("Why somebody is not told for now.")]
    public required AlertEventShape? NotTold { get; init; }
}

internal class ListedAlertShape : AlertShape
{
    public required IncidentOfAlertShape? Incident { get; init; }
}

internal sealed class ShownAlertShape : ListedAlertShape
{
    public required IReadOnlyList<AlertEventShape> History { get; init; }
}

internal sealed record DetectionShape(string Name, string? Id, string? Title, Level Level, IReadOnlyList<string> Tags, string? Runbook);

internal sealed record UpdateShape(string Field, string Value, int Count);

internal sealed record RequestShape(
    string? AuditID, string? Stage, DateTimeOffset Time, string? Verb, string? RequestURI, string? User, string? ImpersonatedUser, string? ClientIP, string? UserAgent, ObjectRefShape? ObjectRef, int? Code, string? Outcome,
    string? Reason, string? Command, [property: Description("Who it was in the cloud, if the event says so.")] string? Identity = null,
    [property: Description("What it asks to change of an object, a line each, such as `set spec.hostPID: true`, if the log says so.")] IReadOnlyList<string>? Changes = null);

internal sealed record ObjectRefShape(string? ApiGroup, string? Resource, string? Subresource, string? Namespace, string? Name);

internal sealed record AlertEventShape(DateTimeOffset At, string Event, string? Who, string? Note, Level? Level, int? Count, string? Notification);

internal sealed record IncidentOfAlertShape(string Id, string Title, Level Level);

internal class IncidentShape
{
    public required string Id { get; init; }

    public required string Title { get; init; }

    public required Level Level { get; init; }

    public required AlertStatus Status { get; init; }

    public required string? Assignee { get; init; }

    public required string? ClosedBy { get; init; }

    public required CloseReason? CloseReason { get; init; }

    public required string? CloseNote { get; init; }

    public required string? MergedInto { get; init; }

    public required bool SetApart { get; init; }

    public required string Cluster { get; init; }

    public required DateTimeOffset OpenedAt { get; init; }

    public required DateTimeOffset ChangedAt { get; init; }

    public required DateTimeOffset FirstSeen { get; init; }

    public required DateTimeOffset LastSeen { get; init; }

    public required IReadOnlyList<string> Tactics { get; init; }

    public required IReadOnlyList<string> Actors { get; init; }

    [Description("What ties its alerts.")]
    public required IReadOnlyList<string> Shared { get; init; }

    [Description("What too many share to tie anything.")]
    public required IReadOnlyList<string> Hubs { get; init; }

    public required IReadOnlyList<string> Alerts { get; init; }

    public required int AlertCount { get; init; }

    public required int OpenAlerts { get; init; }
}

internal sealed class ShownIncidentShape : IncidentShape
{
    public required IReadOnlyList<IncidentEventShape> History { get; init; }
}

internal sealed record SimilarIncidentShape(
    [property: Description("The incident, without the list of its alerts.")] IncidentShape Incident, [property: Description("The detections that raised alerts of both.")] IReadOnlyList<string> Detections,
    [property: Description("Who acted in both.")] IReadOnlyList<string> Actors, [property: Description("What both were about.")] IReadOnlyList<string> Objects, IReadOnlyList<EndingShape> Endings);

internal sealed record EndingShape([property: Description("How alerts of it ended, as far as they are compared.")] string Reason, int Alerts);

internal sealed record IncidentEventShape(DateTimeOffset At, string Event, string? Who, string? Note);

internal sealed record SilenceShape(
    string Id, IReadOnlyList<string> Matchers, string CreatedBy, string Comment, DateTimeOffset StartsAt, DateTimeOffset EndsAt, SilenceState State, [property: Description("Where it stands, if it does in the configuration.")] string? Configured);

internal sealed record AddedSilenceShape(
    string Id, IReadOnlyList<string> Matchers, string CreatedBy, string Comment, DateTimeOffset StartsAt, DateTimeOffset EndsAt, SilenceState State, string? Configured,
    [property: Description("What is likely not meant: detections that there are none of.")] IReadOnlyList<string> Warnings);

internal sealed record DeadLetterShape(string Key, string Receiver, string Reason, DateTimeOffset At, string Kind, DateTimeOffset DueAt, IReadOnlyList<string> Alerts, int MoreAlerts, string Summary);

internal sealed class SourceShape
{
    public required string Id { get; init; }

    [Description("webhook, kafka, file, or any for a cluster of which no source has spoken.")]
    public required string Kind { get; init; }

    public required string Source { get; init; }

    public required string Cluster { get; init; }

    [Description("speaks, awaited, silent, late or unexpected.")]
    public required string State { get; init; }

    [Description("False if `watch.clusters` does not name its cluster.")]
    public required bool Expected { get; init; }

    public required DateTimeOffset? FirstEventsAt { get; init; }

    public required DateTimeOffset? LastEventsAt { get; init; }

    [Description("How long after it happened the latest event arrived; null if none has since the start.")]
    public required double? LagSeconds { get; init; }

    [Description("Pieces of its input that were no events, since the start.")]
    public required long Rejected { get; init; }
}

internal class TokenShape
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required Role Role { get; init; }

    [Description("The clusters that it is good in; null for all.")]
    public required IReadOnlyList<string>? Clusters { get; init; }

    public required TokenState State { get; init; }

    public required string CreatedBy { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }
}

internal sealed class NewTokenShape : TokenShape
{
    [Description("The token itself, this once.")]
    public required string Token { get; init; }
}

internal enum TokenState
{
    Active,
    Expired,
}

internal sealed record ActionPageShape(IReadOnlyList<ActionShape> Actions, [property: Description("What `before` has to be for the next page; null if this is the last.")] string? Next);

internal sealed record ActionShape(
    DateTimeOffset Time, [property: Description("Who it was, as far as that was proved: a name, or where they came from.")] string Who, [property: Description("What they called themselves where it was not.")] string? As, string Role,
    string From, string Method, string Path, [property: Description("What it was about beyond what the path says.")] IReadOnlyList<string> Objects,
    [property: Description("Of what it was everything, such as `412 alerts of the view ?level=high`; of those, `objects` has the first 1,000. Null if each was chosen.")] string? Whole, int Status);

internal sealed record DetectionsShape(IReadOnlyList<RunningDetectionShape> Detections, ReloadShape Reload);

internal sealed record RunningDetectionShape(
    string Name, string Title, Level Level, IReadOnlyList<string> Tags, [property: Description("The files of the filters that narrow it.")] IReadOnlyList<string> NarrowedBy,
    [property: Description("How many of its alerts are not closed.")] int Open, [property: Description("How many alerts it has raised within 30 days, the present one, in UTC, among them.")] long Raised,
    [property: Description("How many of those are closed.")] long Closed, [property: Description("How many of those were closed as false positives.")] long FalsePositives,
    [property: Description("When it last matched; null if it has not within 90 days.")] DateTimeOffset? LastSeen);

internal sealed record ReloadShape(DateTimeOffset At, [property: Description("Whether the files could be used; else those before still run.")] bool Succeeded, IReadOnlyList<string> Errors);

internal sealed record ReceiverShape(string Name, IReadOnlyList<WayShape> Ways);

internal sealed record WayShape([property: Description("What logs and metrics call it, such as `on-call/slack[0]`.")] string Name, [property: Description("How many notifications wait for it.")] int Waiting);

internal sealed record ReceiverTestShape(string Receiver, DateTimeOffset At, string By, IReadOnlyList<TestedWayShape> Ways);

internal sealed record TestedWayShape(string Name, bool Delivered, [property: Description("How it went, for a person.")] string Words);

// Requests. `by` is left out by whoever has signed in or has a token, and has to be there otherwise.
internal sealed record WhoShape([property: Description("Who you are, where that is not known.")] string? By = null);

internal sealed record NoteShape(string Text, string? By = null);

internal sealed record AssignShape(string To, string? By = null);

internal sealed record CloseShape(CloseReason Reason, [property: Description("Has to be there where the reason is `other`.")] string? Text = null, string? By = null);

internal sealed record CloseAlertShape(
    [property: Description("Left out where it has been dealt with, and there is no more to say.")] CloseReason? Reason = null, [property: Description("Has to be there where the reason is `other`.")] string? Text = null, string? By = null);

internal sealed record SplitShape([property: Description("The alerts that become an incident of their own.")] IReadOnlyList<string> Alerts, string? By = null);

internal sealed record MergeShape([property: Description("The incidents that become part of this one.")] IReadOnlyList<string> With, string? By = null);

internal sealed record NewSilenceShape(
    [property: Description("Conditions as in Alertmanager, such as `detection=\"exec_into_pod\"`; all have to hold.")] IReadOnlyList<string> Matchers, string Comment, DateTimeOffset EndsAt, DateTimeOffset? StartsAt = null, string? CreatedBy = null);

internal sealed record TokenRequestShape(string Name, Role Role, DateTimeOffset ExpiresAt, string? By = null, IReadOnlyList<string>? Clusters = null);
