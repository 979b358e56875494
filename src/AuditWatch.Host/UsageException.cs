namespace AuditWatch.Host;

/// <summary>The command line, a file it names or the configuration is wrong. The message is for the person who typed it; the process ends with <see cref="ExitCode.UsageError"/>.</summary>
internal sealed class UsageException(string message) : Exception(message);
