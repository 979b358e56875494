using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using AuditWatch.Notifications.Rendering;

namespace AuditWatch.Notifications.Syslog;

/// <summary>
/// Sends a message for each alert of a notification to a syslog server over TLS (RFC 5424, RFC 5425), over a connection for each notification. Syslog knows no answers: a server that has
/// closed the connection after we have ended our side has read what was sent. One that does neither that nor break it within <see cref="CloseLimit"/> is taken to have read it.
/// </summary>
/// <param name="name">What to call it in logs and metrics.</param>
/// <param name="options">Where to send to.</param>
/// <param name="time">The clock of the limit.</param>
internal sealed class SyslogNotifier(string name, SyslogOptions options, TimeProvider time) : INotifier
{
    /// <summary>How long to wait for the server to close the connection.</summary>
    internal static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(5);

    // With TLS 1.3 a client has sent everything before it learns that the server does not take its certificate, and cannot tell that from an end in order.
    // TLS 1.2 is what servers have to have (RFC 9662).
#pragma warning disable CA5398
    private const SslProtocols Tls12 = SslProtocols.Tls12;
#pragma warning restore CA5398

    private readonly string _host = Dns.GetHostName();

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public async Task<DeliveryResult> NotifyAsync(Notification notification, CancellationToken cancellation)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(options.Host, options.Port, cancellation);
            await using var tls = new SslStream(client.GetStream());
            await tls.AuthenticateAsClientAsync(Authentication(), cancellation);
            foreach (var alert in notification.Alerts)
            {
                await tls.WriteAsync(SyslogMessage.Frame(notification, alert, _host), cancellation);
            }

            await tls.FlushAsync(cancellation);
            await EndAsync(client.Client, tls, cancellation);
            return DeliveryResult.Delivered;
        }
        catch (Exception problem) when (problem is IOException or SocketException or AuthenticationException)
        {
            return DeliveryResult.Retry($"cannot reach the syslog server: {DisplayText.Of(ErrorOf(problem)?.ToString() ?? problem.Message, 200)}");
        }
    }

    private static SocketError? ErrorOf(Exception problem) => (problem.InnerException as SocketException ?? problem as SocketException)?.SocketErrorCode;

    // A server that answers our end of TLS by closing the connection does so before we have ended our side of it.
    private async Task EndAsync(Socket socket, SslStream tls, CancellationToken cancellation)
    {
        try
        {
            await tls.ShutdownAsync();
            socket.Shutdown(SocketShutdown.Send);
            await ClosedAsync(tls, cancellation);
        }
        catch (Exception problem) when (ErrorOf(problem) is SocketError.Shutdown or SocketError.NotConnected)
        {
            // It has been closed in order.
        }
    }

    private SslClientAuthenticationOptions Authentication() => new()
    {
        TargetHost = options.Host,
        EnabledSslProtocols = Tls12,
        CertificateChainPolicy = AuthoritiesSetting.Policy(options.Authorities),
        ClientCertificates = options.Certificate is { } own ? [own] : null,
    };

    // Servers say nothing; whatever they say is passed over.
    private async Task ClosedAsync(SslStream tls, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(CloseLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        var said = new byte[256];
        try
        {
            while (await tls.ReadAsync(said, either.Token) > 0)
            {
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // It has not broken the connection, either.
        }
    }
}
