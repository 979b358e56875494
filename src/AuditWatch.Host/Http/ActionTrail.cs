using System.Buffers;
using System.Buffers.Binary;
using System.Net.Sockets;
using AuditWatch.Notifications.Rendering;
using AuditWatch.Sources;
using AuditWatch.Web.Access;
using AuditWatch.Web.Trail;
using Microsoft.AspNetCore.Connections.Features;

namespace AuditWatch.Host.Http;

/// <summary>
/// Who did what: every request of somebody known that is to change something, through the API or the page, and everybody who signs in at the OpenID provider, is logged and noted in a file of the state directory, with the answer. Those of nobody who is known changed nothing;
/// they are counted in a line a minute. Thread-safe.
/// </summary>
/// <param name="directory">The state directory; null for none: then there is the log alone.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The log.</param>
internal sealed class ActionTrail(string? directory, TimeProvider time, ILogger logger)
{
    private const long MaxBytes = 32 << 20;
    private const int LongestPath = 200;

    private static readonly TimeSpan RefusalInterval = TimeSpan.FromMinutes(1);

    private readonly BoundedFile? _file = directory is null ? null : new BoundedFile(Path.Combine(directory, ActionHistory.FileName), MaxBytes);
    private readonly Lock _lock = new();
    private long? _toldRefusals;
    private long _refusals;
    private bool _toldOfFile;

    /// <summary>Serves a request, and notes it if it is to change something.</summary>
    public async Task FollowAsync(HttpContext http, RequestDelegate next)
    {
        if (((HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method)) && !OpenIdSignIn.IsCallback(http.Request.Path)) || http.Request.Path.StartsWithSegments("/webhook"))
        {
            await next(http);
            return;
        }

        try
        {
            await next(http);
        }
        finally
        {
            if (http.Features.Get<Caller>() is { } caller)
            {
                Note(http, caller);
            }
            else
            {
                Refused(http);
            }
        }
    }

    private void Note(HttpContext http, Caller caller)
    {
        var (who, method, path, status) = (caller.Name ?? Peer(http), http.Request.Method, http.Request.Path.Value ?? "", http.Response.StatusCode);
        logger.LogInformation("{Who}, {Role}: {Method} {Path} was answered with {Status}", DisplayText.Of(who, LongestPath), caller.Rights, DisplayText.Of(method, 20), DisplayText.Of(path, LongestPath), status);
        if (_file is null)
        {
            return;
        }

        var line = new ArrayBufferWriter<byte>();
        new ActionRecord(
            time.GetUtcNow(), who, caller.Rights.ToString(), Peer(http), method, path.Length > LongestPath ? path[..LongestPath] : path, status, http.Features.Get<ActedOn>() ?? ActedOn.Nothing).WriteTo(line);
        line.Write("\n"u8);
        try
        {
            _file.Append(line.WrittenSpan);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            if (!Interlocked.Exchange(ref _toldOfFile, true))
            {
                logger.LogError("What people do cannot be noted in {File}: {Problem} It is in this log alone.", _file.Path, problem.Message);
            }
        }
    }

    private void Refused(HttpContext http)
    {
        long count;
        lock (_lock)
        {
            _refusals++;
            if (_toldRefusals is { } told && time.GetElapsedTime(told) < RefusalInterval)
            {
                return;
            }

            (_toldRefusals, count, _refusals) = (time.GetTimestamp(), _refusals, 0);
        }

        logger.LogWarning("{Count} requests to change something were refused, of nobody who is known; the last came from {Peer} and was answered with {Status}", count, Peer(http), http.Response.StatusCode);
    }

    // Linux says whose process is at the other end of a socket: SO_PEERCRED in unix(7), the process, the user and the group, 4 bytes each.
    private static string Peer(HttpContext http)
    {
        const int level = 1, peerCredentials = 17, length = 12;
        if (http.Connection.RemoteIpAddress is { } address)
        {
            return $"{address}:{http.Connection.RemotePort}";
        }

        Span<byte> credentials = stackalloc byte[length];
        return OperatingSystem.IsLinux() && http.Features.Get<IConnectionSocketFeature>()?.Socket is { } socket && Read(socket, credentials)
            ? $"uid {BinaryPrimitives.ReadUInt32LittleEndian(credentials[4..])}, process {BinaryPrimitives.ReadUInt32LittleEndian(credentials)}"
            : "the socket";

        static bool Read(Socket socket, Span<byte> credentials)
        {
            try
            {
                return socket.GetRawSocketOption(level, peerCredentials, credentials) == length;
            }
            catch (Exception problem) when (problem is SocketException or ObjectDisposedException)
            {
                return false;
            }
        }
    }
}
