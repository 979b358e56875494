using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace AuditWatch.Sources.Webhook.Access;

/// <summary>Configures a web server for the webhook: TLS 1.2 or later, HTTP/2, and limits on connections, memory and time.</summary>
internal static class WebhookListener
{
    // What a connection may have sent that nobody has read yet. With many connections it is this that memory goes to.
    private const int MaxUnreadBytes = 128 << 10;
    private const int MaxHeaderBytes = 16 << 10;

    // Requests on one connection of HTTP/2. What it may have sent is enough for all of them, and twice over, for Kestrel gives it back by halves: those whose bodies wait unread must not keep from another what it needs to be done.
    private const int MaxStreams = 32;
    private const int MaxUnreadBytesOfStream = 64 << 10;

    private static readonly List<SslApplicationProtocol> Protocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11];

    /// <summary>Bounds connections and requests.</summary>
    /// <param name="server">The server.</param>
    /// <param name="options">The limits.</param>
    public static void Limit(this KestrelServerOptions server, WebhookOptions options)
    {
        var limits = server.Limits;
        limits.MaxConcurrentConnections = 4L * options.MaxConnections; // The shares of each address keep to their number; what they end may still be on its way.
        limits.MaxRequestBodySize = options.MaxBodyBytes;
        limits.MaxRequestBufferSize = MaxUnreadBytes;
        limits.MaxRequestHeadersTotalSize = MaxHeaderBytes;
        limits.RequestHeadersTimeout = options.HeaderTimeout;
        limits.Http2.InitialConnectionWindowSize = 2 * MaxStreams * MaxUnreadBytesOfStream;
        limits.Http2.InitialStreamWindowSize = MaxUnreadBytesOfStream;
        limits.Http2.MaxStreamsPerConnection = MaxStreams;
    }

    /// <summary>Keeps anybody from taking all connections to an address. Call it before <see cref="UseTls"/>, and <see cref="NoteRequests"/> for what answers on it.</summary>
    /// <param name="listen">The address.</param>
    /// <param name="options">The limits.</param>
    /// <param name="source">Counts what is ended.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Hears of crowds.</param>
    internal static void ShareConnections(this ListenOptions listen, WebhookOptions options, WebhookSource source, TimeProvider time, ILogger logger)
    {
        var shares = new ConnectionShares(options.MaxConnections, options.HeaderTimeout, time, source.Metrics, logger);
        listen.Use(next => connection => shares.ServeAsync(connection, next));
    }

    /// <summary>Tells the shares of connections what is asked on them. Call it before what answers.</summary>
    /// <param name="app">The application.</param>
    internal static void NoteRequests(this IApplicationBuilder app) => app.Use(next => http =>
    {
        http.Features.Get<SharedConnection>()?.Note();
        return next(http);
    });

    /// <summary>Speaks TLS if there is a certificate. Handshakes use the certificates that are current at the time.</summary>
    /// <param name="listen">The address.</param>
    /// <param name="access">The certificates.</param>
    public static void UseTls(this ListenOptions listen, WebhookAccess access)
    {
        if (access.Certificate is not null)
        {
            listen.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = handshake => ValueTask.FromResult(Handshake(access, handshake.Connection)) });
        }
    }

    private static SslServerAuthenticationOptions Handshake(WebhookAccess access, ConnectionContext connection)
    {
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = access.Certificate,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            ApplicationProtocols = Protocols,
        };
        if (access.ClientAuthorities is { } authorities)
        {
            connection.Features.Set(new JudgedCertificate(authorities));

            // Nobody has to have a certificate: probes have none, and a token does as well. Whoever shows one has to show a good one.
            options.ClientCertificateRequired = true;
            options.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                DisableCertificateDownloads = true,
            };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(authorities);
            options.RemoteCertificateValidationCallback = static (_, _, _, errors) => errors is SslPolicyErrors.None or SslPolicyErrors.RemoteCertificateNotAvailable;
        }

        return options;
    }
}
