namespace AuditWatch.Events;

/// <summary>Logs of other products that look like an audit log, and how to tell them.</summary>
internal static class ForeignLog
{
    /// <summary>Why a record of Rancher's own API server is none of an audit log.</summary>
    public const string Rancher = "a record of Rancher's API audit log, which is not the audit log of a cluster's API server";

    /// <summary>Whether the user of a record is one as Rancher writes it: by <c>name</c> and <c>group</c>, where Kubernetes has <c>username</c> and <c>groups</c>.</summary>
    public static bool IsRancherUser(JsonValue user) => RelativePath.Member(user, "name"u8).IsPresent || RelativePath.Member(user, "group"u8).IsPresent;
}
