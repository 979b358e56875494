using AuditWatch.Alerts;
using AuditWatch.Detection;

namespace AuditWatch.Incidents;

/// <summary>An alert among those that incidents are made of, and where it belongs. Members are equal only to themselves. Not thread-safe.</summary>
internal sealed class Member(Alert alert)
{
    /// <summary>From this level on an alert makes an incident; below, it only belongs to one that others make.</summary>
    public const Level Least = Level.Medium;

    /// <summary>The alert as it stands.</summary>
    public Alert Alert { get; set; } = alert;

    /// <summary>What it shares with others; nothing while people have decided where it belongs.</summary>
    public List<SharedEntity> Entities { get; } = [];

    /// <summary>Of a composite, the alerts of its steps; of such an alert, the composites that tie it.</summary>
    public HashSet<Member> Ties { get; } = [];

    /// <summary>The members that people have joined it with.</summary>
    public HashSet<Member> Joined { get; } = [];

    /// <summary>The alert that people have joined it with, by which the state knows it; null if they have not.</summary>
    public string? JoinedTo { get; set; }

    /// <summary>The incident that people have put it into, apart from what it shares; null if they have not.</summary>
    public string? SetApart { get; set; }

    /// <summary>Whether it makes an incident.</summary>
    public bool IsSevere => Alert.Level >= Least;

    /// <summary>The incident that it belongs to; null for none.</summary>
    public string? Incident { get; set; }

    /// <summary>Whether that is of what is left of the alerts of an account that too many share.</summary>
    public bool IsLeftOver { get; set; }

    /// <summary>It is together with the alerts of its incident by what at most so many alerts share: fewer than <see cref="SharedEntity.MaxRun"/> if they would be too many.</summary>
    public int JoinedBy { get; set; } = SharedEntity.MaxRun;

    /// <summary>Whether both keep the same request.</summary>
    public bool SharesRequestWith(Member other) => Alert.Requests.Any(request => other.Alert.Requests.Any(one =>
        Moment(one) == Moment(request) && one.AuditId == request.AuditId && one.Verb == request.Verb && one.RequestUri == request.RequestUri && one.User == request.User));

    // As exactly as the state keeps it.
    private static DateTimeOffset Moment(RequestSnapshot request) => AlertBook.Microseconds(request.Time);
}
