using System.Net;
using System.Net.Sockets;

namespace AuditWatch.Tests.State.Sql;

/// <summary>Passes connections on to a port of loopback, and cuts one at a word that the client says: after the server has answered, or before it has heard it.</summary>
internal sealed class CutLine : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ending = new();
    private readonly int _server;
    private readonly Task _accepting;
    private volatile byte[]? _word;
    private volatile bool _reachesTheServer;
    private int _cuts;

    public CutLine(int server)
    {
        _server = server;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How many connections have been cut.</summary>
    public int Cuts => _cuts;

    /// <summary>Cuts the next connection on which the client says the word.</summary>
    public void CutAt(byte[] word, bool reachesTheServer)
    {
        _reachesTheServer = reachesTheServer;
        _word = word;
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _listener.Stop();
        await _accepting;
    }

    private async Task AcceptAsync()
    {
        var lines = new List<Task>();
        try
        {
            while (true)
            {
                lines.Add(PassAsync(await _listener.AcceptTcpClientAsync(_ending.Token)));
            }
        }
        catch (Exception problem) when (problem is OperationCanceledException or SocketException)
        {
        }

        await Task.WhenAll(lines);
    }

    private async Task PassAsync(TcpClient client)
    {
        using var server = new TcpClient();
        using (client)
        {
            await server.ConnectAsync(IPAddress.Loopback, _server);
            var isCut = new CancellationTokenSource();
            using var ends = CancellationTokenSource.CreateLinkedTokenSource(_ending.Token, isCut.Token);
            var answering = AnswerAsync(server.GetStream(), client.GetStream(), ends.Token);
            try
            {
                var buffer = new byte[64 << 10];
                int count;
                while ((count = await client.GetStream().ReadAsync(buffer, ends.Token)) > 0)
                {
                    if (_word is { } word && buffer.AsSpan(0, count).IndexOf(word) >= 0)
                    {
                        _word = null;
                        Interlocked.Increment(ref _cuts);
                        await isCut.CancelAsync();
                        await answering;
                        if (_reachesTheServer)
                        {
                            await server.GetStream().WriteAsync(buffer.AsMemory(0, count));
                            Assert.NotEqual(0, await server.GetStream().ReadAsync(buffer));
                        }

                        return;
                    }

                    await server.GetStream().WriteAsync(buffer.AsMemory(0, count));
                }
            }
            catch (Exception problem) when (problem is OperationCanceledException or IOException)
            {
            }
            finally
            {
                await isCut.CancelAsync();
                await answering;
                isCut.Dispose();
            }
        }
    }

    private static async Task AnswerAsync(NetworkStream from, NetworkStream to, CancellationToken cancellation)
    {
        try
        {
            await from.CopyToAsync(to, cancellation);
        }
        catch (Exception problem) when (problem is OperationCanceledException or IOException)
        {
        }
    }
}
