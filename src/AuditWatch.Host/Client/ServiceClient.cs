using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;

namespace AuditWatch.Host.Client;

/// <summary>Talks to the API of a running service. What goes wrong becomes a sentence that says what to do.</summary>
internal sealed class ServiceClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    // What was asked for makes no sense as things stand; nothing is wrong with how it was asked.
    private static readonly HttpStatusCode[] Refusals = [HttpStatusCode.NotFound, HttpStatusCode.Conflict, HttpStatusCode.InsufficientStorage];

    private readonly ServiceAddress _address;
    private readonly HttpClient _http;

    /// <param name="address">Where the service is.</param>
    /// <param name="token">The token that says who asks; null for none.</param>
    public ServiceClient(ServiceAddress address, string? token = null)
    {
        _address = address;
        HasToken = token is not null;
        // Neither a proxy nor whoever it may be redirected to is the service.
        var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false };
        if (address.Socket is { } path)
        {
            handler.ConnectCallback = async (_, cancellation) => await ConnectAsync(path, cancellation);
        }

        _http = new HttpClient(handler) { BaseAddress = new Uri(address.Http, "api/v1/"), Timeout = Patience };
        _http.DefaultRequestHeaders.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>Whether a token says who asks.</summary>
    public bool HasToken { get; }

    /// <summary>What is at a path below <c>/api/v1</c>.</summary>
    /// <exception cref="ServiceRefusedException">There is no such thing.</exception>
    /// <exception cref="UsageException">The service is not to be reached, or does not take the request.</exception>
    public Task<JsonElement> GetAsync(string path, CancellationToken cancellation) => SendAsync(HttpMethod.Get, path, null, cancellation);

    /// <summary>The file at a path below <c>/api/v1</c>; otherwise as <see cref="GetAsync"/>.</summary>
    public Task<byte[]> GetFileAsync(string path, CancellationToken cancellation) => SendAsync(HttpMethod.Get, path, null, async answer =>
    {
        if (answer.IsSuccessStatusCode && answer.Content.Headers.ContentDisposition?.DispositionType == "attachment")
        {
            return await answer.Content.ReadAsByteArrayAsync(cancellation);
        }

        await JudgeAsync(answer, cancellation);
        throw NotAuditWatch();
    }, cancellation);

    /// <summary>Asks for something to be done.</summary>
    /// <param name="path">The path below <c>/api/v1</c>.</param>
    /// <param name="body">What to send as JSON.</param>
    /// <param name="cancellation">Gives up; it may be done all the same.</param>
    /// <returns>The answer; undefined if it has no content.</returns>
    /// <exception cref="ServiceRefusedException">It cannot be done as things stand.</exception>
    /// <exception cref="UsageException">The service is not to be reached, or does not take the request.</exception>
    public Task<JsonElement> PostAsync(string path, object body, CancellationToken cancellation) => SendAsync(HttpMethod.Post, path, body, cancellation);

    /// <summary>Asks for something to be thrown away; otherwise as <see cref="PostAsync"/>.</summary>
    public Task<JsonElement> DeleteAsync(string path, CancellationToken cancellation) => SendAsync(HttpMethod.Delete, path, new { }, cancellation);

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    /// <summary>What to say of an answer that no AuditWatch gives.</summary>
    public UsageException NotAuditWatch() => new($"what answers at {_address.Text} is not an AuditWatch service, or a much older or newer one: check --url");

    private static async Task<Stream> ConnectAsync(string path, CancellationToken cancellation)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private Task<JsonElement> SendAsync(HttpMethod method, string path, object? body, CancellationToken cancellation) =>
        SendAsync(method, path, body, answer => JudgeAsync(answer, cancellation), cancellation);

    private async Task<T> SendAsync<T>(HttpMethod method, string path, object? body, Func<HttpResponseMessage, Task<T>> read, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        try
        {
            using var answer = await _http.SendAsync(request, cancellation);
            return await read(answer);
        }
        catch (Exception problem) when (problem is HttpRequestException or IOException or ArgumentException)
        {
            throw new UsageException(Unreachable(problem));
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new UsageException($"the service at {_address.Text} gave no answer within {Patience.TotalSeconds:0} s: look into its log whether its state can be written");
        }
    }

    private async Task<JsonElement> JudgeAsync(HttpResponseMessage answer, CancellationToken cancellation)
    {
        if (answer.StatusCode == HttpStatusCode.NoContent)
        {
            return default;
        }

        var json = await ReadAsync(answer, cancellation);
        if (answer.IsSuccessStatusCode)
        {
            return json;
        }

        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty("errors", out var errors) || errors.ValueKind != JsonValueKind.Array || errors.GetArrayLength() == 0)
        {
            throw NotAuditWatch();
        }

        var text = string.Join('\n', errors.EnumerateArray().Select(error => TerminalText.Neutralise(error.ToString())));
        throw Refusals.Contains(answer.StatusCode) ? new ServiceRefusedException(text) : new UsageException(text);
    }

    private async Task<JsonElement> ReadAsync(HttpResponseMessage answer, CancellationToken cancellation)
    {
        try
        {
            return await answer.Content.ReadFromJsonAsync<JsonElement>(cancellation);
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException or NotSupportedException)
        {
            throw NotAuditWatch();
        }
    }

    private string Unreachable(Exception problem) => (problem as SocketException ?? problem.InnerException as SocketException)?.SocketErrorCode switch
    {
        _ when _address.Socket is { } path && !Path.Exists(path) =>
            $"there is no {TerminalText.Neutralise(path)}: either no service runs with that state directory, or you may not look into it (become its user, such as with sudo)",
        SocketError.ConnectionRefused => $"no service runs at {_address.Text}: start it with 'auditwatch run', or say with --url where it is",
        SocketError.AccessDenied => $"{_address.Text} is closed to you: become the user that the service runs as, such as with sudo",
        { } error => $"the service at {_address.Text} cannot be reached: {error}",
        _ => $"the service at {_address.Text} cannot be reached: {TerminalText.Neutralise(problem.InnerException?.Message ?? problem.Message)}",
    };
}
