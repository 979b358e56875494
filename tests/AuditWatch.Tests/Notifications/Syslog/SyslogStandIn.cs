using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using AuditWatch.Tests.Notifications.Email;

namespace AuditWatch.Tests.Notifications.Syslog;

/// <summary>A syslog server over TLS: takes frames apart as RFC 5425 has them, and ends the connection when the client has ended its side. Each behaviour is at a port of its own.</summary>
public sealed class SyslogStandIn : IDisposable
{
    private readonly ConcurrentDictionary<string, TcpListener> _listeners = new();
    private readonly ConcurrentQueue<TcpClient> _held = new();
    private readonly TestAuthority _authority = new();
    private readonly X509Certificate2 _certificate;
    private readonly TaskCompletionSource _hanging = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public SyslogStandIn() => _certificate = _authority.Issue("localhost", "localhost");

    /// <summary>The messages of each connection that was ended in order.</summary>
    public ConcurrentQueue<IReadOnlyList<byte[]>> Taken { get; } = new();

    /// <summary>The names of the certificates that clients have shown.</summary>
    public ConcurrentQueue<string> Clients { get; } = new();

    /// <summary>The authority that has signed the server's certificate.</summary>
    public X509Certificate2 Authority => _authority.Certificate;

    /// <summary>A certificate for a client.</summary>
    public X509Certificate2 Issue(string name) => _authority.Issue(name, name);

    /// <summary>Completes with the first client that waits for the end of its connection.</summary>
    public Task Hanging => _hanging.Task;

    /// <summary>The port of the server that behaves in a way: <c>ok</c>, <c>hang</c>, <c>reset</c> after what was sent, <c>close</c> at once, <c>plain</c> without TLS.</summary>
    public int Port(string behaviour) => ((IPEndPoint)_listeners.GetOrAdd(behaviour, Listen).LocalEndpoint).Port;

    public void Dispose()
    {
        foreach (var listener in _listeners.Values)
        {
            listener.Dispose();
        }

        foreach (var client in _held)
        {
            client.Dispose();
        }

        _certificate.Dispose();
        _authority.Dispose();
    }

    private TcpListener Listen(string behaviour)
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        _ = AcceptAsync(listener, behaviour);
        return listener;
    }

    private async Task AcceptAsync(TcpListener listener, string behaviour)
    {
        while (true)
        {
            TcpClient client;
            try
            {
                client = await listener.AcceptTcpClientAsync();
            }
            catch (Exception end) when (end is ObjectDisposedException or SocketException)
            {
                return;
            }

            _ = ServeAsync(client, behaviour);
        }
    }

    private async Task ServeAsync(TcpClient client, string behaviour)
    {
        try
        {
            using var _ = client;
            if (behaviour == "close")
            {
                return;
            }

            if (behaviour == "plain")
            {
                await client.GetStream().WriteAsync("no TLS here\n"u8.ToArray());
                await client.GetStream().CopyToAsync(Stream.Null);
                return;
            }

            await using var tls = new SslStream(client.GetStream());
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
            {
                ServerCertificate = _certificate,
                ClientCertificateRequired = behaviour == "mutual",
                RemoteCertificateValidationCallback = (_, certificate, _, _) => Note(certificate) || behaviour != "mutual",
            });
            using var all = new MemoryStream();
            await tls.CopyToAsync(all);
            if (behaviour == "hang")
            {
                // Nothing else refers to it any more: it would be collected, and with it the connection reset.
                _held.Enqueue(client);
                _hanging.TrySetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System);
            }
            else if (behaviour == "reset")
            {
                client.LingerState = new LingerOption(true, 0);
                client.Client.Close();
            }
            else
            {
                Taken.Enqueue(Frames(all.ToArray()));
            }
        }
        catch (Exception end) when (end is IOException or SocketException or AuthenticationException or ObjectDisposedException)
        {
            // The client does not trust it.
        }
    }

    private bool Note(X509Certificate? certificate)
    {
        if (certificate is not null)
        {
            Clients.Enqueue(certificate.Subject);
        }

        return certificate is not null;
    }

    // MSG-LEN SP SYSLOG-MSG, one after the other.
    private static List<byte[]> Frames(ReadOnlySpan<byte> all)
    {
        var frames = new List<byte[]>();
        while (all.Length > 0)
        {
            var space = all.IndexOf((byte)' ');
            var length = int.Parse(all[..space]);
            frames.Add(all.Slice(space + 1, length).ToArray());
            all = all[(space + 1 + length)..];
        }

        return frames;
    }
}
