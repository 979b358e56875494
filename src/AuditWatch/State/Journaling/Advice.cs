namespace AuditWatch.State.Journaling;

/// <summary>What a person can do about files that cannot be used.</summary>
internal static class Advice
{
    /// <summary>To restore or give up the directory of a file.</summary>
    public static string MoveAway(string path) =>
        $"Restore the directory {Path.GetDirectoryName(path)} from a backup, or move it away to begin with an empty state: then open alerts, "
        + "notifications that wait and the places up to which logs were read are forgotten.";
}
