namespace AuditWatch.Tests.Events;

/// <summary>Events with no more in them than a test is about, and what makes them audit events.</summary>
internal static class SmallEvent
{
    /// <summary>An event with these members; with an empty verb and an empty user unless they are among them.</summary>
    public static string With(string members, string id = "a") =>
        $"{{\"auditID\":\"{id}\",\"stage\":\"ResponseComplete\"{Missing(members, "verb", "\"\"")}{Missing(members, "user", "{}")}{(members.Length > 0 ? "," : "")}{members}}}";

    private static string Missing(string members, string key, string value) =>
        members.StartsWith($"\"{key}\"", StringComparison.Ordinal) || members.Contains($",\"{key}\"", StringComparison.Ordinal) ? "" : $",\"{key}\":{value}";
}
