using AuditWatch.Detection;

namespace AuditWatch.Monitoring;

/// <summary>What AuditWatch says of itself and its sources, as detections: routed, silenced and shown like any other.</summary>
internal static class WatchRules
{
    /// <summary>Events of a cluster that nobody expects.</summary>
    public static DetectionRule Unexpected { get; } = new()
    {
        Name = "auditwatch_cluster_unexpected",
        Title = "Audit events of a cluster that is not expected",
        Level = Level.Low,
        Summary = "Audit events from {source} are said to be of the cluster {cluster}, which watch.clusters does not name",
        DedupBy = ["source"],
        DedupWindow = TimeSpan.FromDays(1),
        Runbook = """
            1. A new cluster? Add it to watch.clusters: it is watched for silence then.
            2. A mistyped address? Fix it where the events are sent from: they count for a cluster that there is not.
            3. Neither? Find out who posts, and say under sources.webhook.auth who may post for which clusters.
            """,
        Location = default,
    };

    /// <summary>A source that used to speak, or is expected to, says nothing.</summary>
    public static DetectionRule Silent { get; } = new()
    {
        Name = "auditwatch_source_silent",
        Title = "Audit events have stopped",
        Level = Level.High,
        Tags = ["attack.defense-evasion", "attack.t1562.008"],
        Summary = "No audit events from {source} (cluster {cluster}) for {for}: whatever happens there now is not seen",
        DedupBy = ["source"],
        DedupWindow = TimeSpan.FromDays(1),
        Runbook = """
            1. Does the API server run, and does its audit policy still write events? kubectl get --raw /readyz
            2. Does it reach AuditWatch? Its metric apiserver_audit_error_total counts what it could not deliver.
            3. If nobody has changed auditing on purpose, take it for an attack: somebody may have switched the lights off.
            """,
        Location = default,
    };

    /// <summary>Events come later than correlations can take into account.</summary>
    public static DetectionRule Late { get; } = new()
    {
        Name = "auditwatch_events_late",
        Title = "Audit events arrive late",
        Level = Level.Low,
        Summary = "Audit events from {source} (cluster {cluster}) arrive {for} after they happened: alerts are as late, and correlations may miss some",
        DedupBy = ["source"],
        DedupWindow = TimeSpan.FromDays(1),
        Runbook = """
            1. After AuditWatch or the API server was down this is expected until it has caught up.
            2. Otherwise compare the clocks, and look at auditwatch_lag_seconds and at what ships the log.
            """,
        Location = default,
    };

    /// <summary>The state cannot be written.</summary>
    public static DetectionRule StateUnwritable { get; } = new()
    {
        Name = "auditwatch_state_unwritable",
        Title = "AuditWatch cannot write its state",
        Level = Level.High,
        Summary = "No event has been acknowledged and of no other alert has anybody been told since {since}: {problem}",
        DedupBy = [],
        DedupWindow = TimeSpan.FromDays(1),
        Runbook = """
            1. Fix what the summary names: free space on the volume, give the service its directory back, start the database. It goes on by itself.
            2. Until then API servers and log files hold what happens: look whether they have room for it (apiserver_audit_error_total counts what an API server has dropped).
            3. If nobody has filled the disk or stopped the database by mistake, take it for an attack: somebody may have switched the lights off.
            """,
        Location = default,
    };

    /// <summary>Detections, certificates, tokens or secrets cannot be used.</summary>
    public static DetectionRule Unusable { get; } = new()
    {
        Name = "auditwatch_files_unusable",
        Title = "AuditWatch cannot use its files",
        Level = Level.High,
        Tags = ["attack.defense-evasion", "attack.t1562.001"],
        Summary = "The {what} cannot be used: {problem}",
        DedupBy = ["what"],
        DedupWindow = TimeSpan.FromDays(1),
        Runbook = """
            1. Fix the files that the summary names: auditwatch config check, auditwatch detections check. They are taken within seconds, and this alert is closed.
            2. Until then nothing that was new in them has any effect; after a restart the last detections that could be used run, else the shipped ones.
            3. If nobody has changed them, find out who has.
            """,
        Location = default,
    };

    /// <summary>Messages were deleted before they were read.</summary>
    public static DetectionRule Lost { get; } = new()
    {
        Name = "auditwatch_events_lost",
        Title = "Audit events were lost",
        Level = Level.High,
        Tags = ["attack.defense-evasion", "attack.t1562.008"],
        Summary = "{count} messages of {where} were deleted before AuditWatch had read them: no detection has seen what was in them",
        DedupBy = ["where"],
        DedupWindow = TimeSpan.FromDays(1),
        Runbook = """
            1. Look elsewhere for what happened then: the API server's own log, the archive that the shipper writes. auditwatch scan reads it.
            2. Keep messages for longer than AuditWatch may be stopped, and see auditwatch_kafka_lag: if it grows while AuditWatch runs, it does not keep up.
            3. If it was not stopped and the retention was not changed on purpose, take it for an attack: somebody may have deleted what would have told of them.
            """,
        Location = default,
    };

    /// <summary>The summary of <see cref="ClockSetBack"/> where that was while the service did not run.</summary>
    public const string ClockSetBackBefore = "The clock of AuditWatch's machine is {by} seconds behind the state, which was written before it was set back: AuditWatch goes by the clock, and waits for nothing that was to be in that time";

    /// <summary>The clock of the machine has been set back.</summary>
    public static DetectionRule ClockSetBack { get; } = new()
    {
        Name = "auditwatch_clock_set_back",
        Title = "The clock has been set back",
        Level = Level.Medium,
        Tags = ["attack.defense-evasion"],
        Summary = "The clock of AuditWatch's machine has been set back by {by} seconds: AuditWatch goes on from where it was, and its times are ahead by so much until the clock has caught up",
        DedupBy = [],
        DedupWindow = TimeSpan.FromDays(1),
        Runbook = """
            1. Was it a correction (chronyc tracking, the log of the hypervisor)? Then restart AuditWatch, unless it has been, to take the new time; silences and mute times end by the time that AuditWatch goes by.
            2. If nobody has corrected it, take it for an attack: whoever sets clocks on that machine has rights on it that they should not have.
            """,
        Location = default,
    };

    /// <summary>The service is alive.</summary>
    public static DetectionRule Heartbeat { get; } = new()
    {
        Name = "auditwatch_heartbeat",
        Title = "AuditWatch is alive",
        Level = Level.Informational,
        Summary = "AuditWatch takes events and delivers alerts: worry when this message stops coming",
        DedupBy = [],
        DedupWindow = TimeSpan.FromDays(1),
        Location = default,
    };
}
