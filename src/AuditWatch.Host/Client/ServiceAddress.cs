using AuditWatch.Configuration;
using AuditWatch.Host.Api;

namespace AuditWatch.Host.Client;

/// <summary>Where a running service is to be reached.</summary>
/// <param name="Text">The address as a person wrote it.</param>
/// <param name="Http">Where the HTTP API is.</param>
/// <param name="Socket">The unix socket to go through; null for none.</param>
internal sealed record ServiceAddress(string Text, Uri Http, string? Socket)
{
    /// <summary>The environment variable that names the service unless the command line does.</summary>
    public const string Variable = "AUDITWATCH_URL";

    private const string SocketScheme = "unix:";

    /// <summary>Reads <c>http://ADDRESS</c>, or <c>unix:PATH</c> with the state directory or the socket in it.</summary>
    /// <exception cref="UsageException">It is neither.</exception>
    public static ServiceAddress Parse(string text)
    {
        if (text.StartsWith(SocketScheme, StringComparison.OrdinalIgnoreCase) && text.Length > SocketScheme.Length)
        {
            return OfPath(text, text[SocketScheme.Length..]);
        }

        return Uri.TryCreate(text, UriKind.Absolute, out var http) && http.Scheme is "http" or "https" && http is { AbsolutePath: "/", Query: "", Fragment: "", UserInfo: "" }
            ? new ServiceAddress(text, http, null)
            : throw new UsageException($"'{text}' is not where a service is: write http://{ListenAddress.Default}, or {SocketScheme}DIR with the service's state directory");
    }

    /// <summary>The socket of the service that runs with a configuration.</summary>
    /// <exception cref="UsageException">There is no such file, or nothing in it leads to a socket.</exception>
    public static ServiceAddress FromConfiguration(string file)
    {
        var diagnostics = new Diagnostics();
        var state = ConfigurationFile.LoadState(file, diagnostics) ?? throw new UsageException(string.Join('\n', diagnostics));
        return state.Directory is { } directory
            ? OfPath($"{SocketScheme}{directory}", directory)
            : throw new UsageException($"{file} names no state directory, in which the socket of the service would be: name the service with --url");
    }

    private static ServiceAddress OfPath(string text, string path) =>
        new(text, new Uri("http://localhost/"), Directory.Exists(path) ? ApiSocket.PathIn(path) : path);
}
