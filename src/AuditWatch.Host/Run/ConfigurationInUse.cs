using AuditWatch.Configuration;

namespace AuditWatch.Host.Run;

/// <summary>The configuration file that a service was started with, as it was then. Immutable.</summary>
/// <param name="File">The file.</param>
/// <param name="IsStrict">Whether a receiver whose secret is not there is an error.</param>
/// <param name="Content">What was in it.</param>
/// <param name="Hash">The hash of that and of the files that its receivers name.</param>
internal sealed record ConfigurationInUse(string File, bool IsStrict, ConfigurationContent Content, string Hash)
{
    /// <summary>The file as it is now: to be called before it is read for use, so that what changes meanwhile has changed.</summary>
    public static ConfigurationInUse Of(string file, bool isStrict)
    {
        var content = ConfigurationContent.Read(file);
        return new ConfigurationInUse(file, isStrict, content, content.Hash());
    }
}
