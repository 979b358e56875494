namespace AuditWatch.Host;

/// <summary>What the process says to the shell that started it.</summary>
internal static class ExitCode
{
    /// <summary>All went well.</summary>
    public const int Fine = 0;

    /// <summary>The work was done and found problems: lint, failing tests, alerts at or above <c>--fail-on</c>.</summary>
    public const int FoundProblems = 1;

    /// <summary>The work was not done: the command line, a file it names or the configuration is wrong.</summary>
    public const int UsageError = 2;
}
