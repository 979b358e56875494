namespace AuditWatch.Access;

/// <summary>What somebody may do with the service, in ascending order: each role may do what those before it may.</summary>
internal enum Role
{
    /// <summary>May look at everything.</summary>
    Viewer,

    /// <summary>May deal with alerts, incidents, silences and undelivered notifications, too.</summary>
    Responder,

    /// <summary>May say who else may what, too.</summary>
    Admin,
}

/// <summary>The words for roles, as commands and the API take them.</summary>
internal static class RoleWords
{
    private static readonly string[] Words = ["viewer", "responder", "admin"];

    /// <summary>All words, in the order of the roles.</summary>
    public static IReadOnlyList<string> All => Words;

    /// <summary>The role's word: <c>viewer</c>.</summary>
    public static string Word(this Role role) => Words[(int)role];

    /// <summary>The role of a word, to the letter; null if it is none.</summary>
    public static Role? Parse(string? word) => Array.IndexOf(Words, word) is >= 0 and var place ? (Role)place : null;
}
