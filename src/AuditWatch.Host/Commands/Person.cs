using AuditWatch.Host.Client;

namespace AuditWatch.Host.Commands;

/// <summary>Who does something, as they call themselves.</summary>
internal static class Person
{
    /// <summary>What help says of it.</summary>
    public const string Default = "Default: what the token says, else $SUDO_USER, else $USER, else the name of the user.";

    /// <summary>The name that the command line gives, else that of the user; null if neither is needed, because a token says it.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public static string? Named(string? given, string option, ServiceClient client) => client.HasToken ? given
        : new[] { given, Environment.GetEnvironmentVariable("SUDO_USER"), Environment.GetEnvironmentVariable("USER"), Environment.UserName }.FirstOrDefault(name => !string.IsNullOrWhiteSpace(name))
        ?? throw new UsageException($"say who you are, with {option} NAME");
}
