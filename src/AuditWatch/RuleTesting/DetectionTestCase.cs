using System.Text.Json.Nodes;

namespace AuditWatch.RuleTesting;

/// <summary>A test that stands beside a detection: events, and what the detection makes of them.</summary>
internal sealed record DetectionTestCase
{
    /// <summary>What the test shows.</summary>
    public required string Name { get; init; }

    /// <summary>The detection that is tested.</summary>
    public required string Detection { get; init; }

    /// <summary>Whether it fires.</summary>
    public required bool Fires { get; init; }

    /// <summary>How many alerts come out, if the test says so.</summary>
    public int? Alerts { get; init; }

    /// <summary>How much the alert matters, if the test says so: <c>medium</c>.</summary>
    public string? Level { get; init; }

    /// <summary>Who the alert says acted, if the test says so.</summary>
    public string? Actor { get; init; }

    /// <summary>The alert's sentence, if the test says so.</summary>
    public string? Summary { get; init; }

    /// <summary>The cluster that the events are of; empty if the test does not say.</summary>
    public string Cluster { get; init; } = "";

    /// <summary>Where the test stands.</summary>
    public required SourceLocation Location { get; init; }

    /// <summary>The events, defaults laid under each, before repetition.</summary>
    public required IReadOnlyList<JsonObject> Events { get; init; }

    /// <summary>How often the events are repeated.</summary>
    public required int Repeat { get; init; }

    /// <summary>How much time goes by after the last event, so that what did not happen can be told.</summary>
    public TimeSpan Advance { get; init; }

    /// <summary>How much later each event is than the one before.</summary>
    public required TimeSpan Every { get; init; }
}
