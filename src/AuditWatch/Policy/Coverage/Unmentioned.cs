namespace AuditWatch.Policy.Coverage;

/// <summary>
/// The one value that stands for all that neither the policy nor a detection mentions: whatever is said about it holds for each of them. It may have a
/// beginning that is known. A NUL is in no name.
/// </summary>
internal static class Unmentioned
{
    public const string Value = "\0";

    public static bool Is(string value) => value.EndsWith(Value, StringComparison.Ordinal);

    /// <summary>What is known of the value: all of it, or its beginning.</summary>
    public static string Known(string value) => value.TrimEnd('\0');
}
