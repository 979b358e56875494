using System.Globalization;

namespace AuditWatch.State;

/// <summary>The process that owns a database which several can reach: the active one, while the others stand by.</summary>
/// <param name="Name">What it calls itself to the database.</param>
/// <param name="Since">Since when it has had the session by which it owns it; null if that is not known.</param>
internal sealed record StateOwner(string Name, DateTimeOffset? Since)
{
    /// <summary>Who is active since when, for a person.</summary>
    public override string ToString() => Since is { } since ? string.Create(CultureInfo.InvariantCulture, $"{Name} is active since {since.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z") : $"{Name} is active";
}
