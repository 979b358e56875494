using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.RegularExpressions;

namespace AuditWatch.EndToEnd.Kube;

/// <summary>Answers every request to upgrade a connection with 101 and hangs up: enough of a kubelet for exec and attach to succeed in an API server's eyes.</summary>
internal sealed partial class FakeKubelet : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly X509Certificate2 _certificate = SelfSigned();
    private readonly CancellationTokenSource _ending = new();

    public FakeKubelet()
    {
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Dispose()
    {
        _ending.Cancel();
        _listener.Dispose();
        _certificate.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = AnswerAsync(await _listener.AcceptTcpClientAsync(_ending.Token));
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        try
        {
            using var connection = client;
            await using var tls = new SslStream(client.GetStream());
            await tls.AuthenticateAsServerAsync(_certificate);
            using var reader = new StreamReader(tls, Encoding.ASCII, leaveOpen: true);
            var protocol = "SPDY/3.1";
            while (await reader.ReadLineAsync(_ending.Token) is { Length: > 0 } header)
            {
                protocol = Upgrade().Match(header) is { Success: true } match ? match.Groups[1].Value : protocol;
            }

            var answer = $"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: {protocol}\r\nX-Stream-Protocol-Version: v4.channel.k8s.io\r\n\r\n";
            await tls.WriteAsync(Encoding.ASCII.GetBytes(answer), _ending.Token);
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, _ending.Token);
        }
        catch (Exception problem) when (problem is IOException or OperationCanceledException)
        {
            // The client has gone.
        }
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = new CertificateRequest("CN=kubelet", key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddHours(-1), now.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }

    [GeneratedRegex(@"^Upgrade:\s*(\S+)", RegexOptions.IgnoreCase)]
    private static partial Regex Upgrade();
}
