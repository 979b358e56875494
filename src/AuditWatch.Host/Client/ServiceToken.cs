using System.Text;

namespace AuditWatch.Host.Client;

/// <summary>The token that a command shows the service, from a file: on a command line everybody on the machine could read it.</summary>
internal static class ServiceToken
{
    /// <summary>The environment variable that names the file unless the command line does.</summary>
    public const string Variable = "AUDITWATCH_TOKEN_FILE";

    private const int MaxLength = 1_000;

    /// <summary>The token; null for none.</summary>
    /// <param name="file">The file that the command line names; null for none.</param>
    /// <param name="address">Whom it is for.</param>
    /// <exception cref="UsageException">The file cannot be read or has no token, or others could read it on the way.</exception>
    public static string? Read(string? file, ServiceAddress address)
    {
        file = string.IsNullOrEmpty(file) ? Environment.GetEnvironmentVariable(Variable) : file;
        if (string.IsNullOrEmpty(file))
        {
            return null;
        }

        if (address.Socket is null && address.Http.Scheme != Uri.UriSchemeHttps && !address.Http.IsLoopback)
        {
            throw new UsageException($"the token would go to {address.Text} for everybody on the way to read: write https://");
        }

        return In(file);
    }

    private static string In(string file)
    {
        try
        {
            var token = File.ReadAllText(file, Encoding.Latin1).Trim();
            return token.Length is > 0 and <= MaxLength && token.All(letter => letter is > ' ' and <= '~') ? token
                : throw new UsageException($"{file} has no token in it, which would be one line as 'auditwatch token create' printed it");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"the token cannot be read: {problem.Message}");
        }
    }
}
