using System.Security.Cryptography;
using AuditWatch.State;

namespace AuditWatch.Access;

/// <summary>The tokens that open the API: kept in the state, and in memory to ask of every request. Thread-safe.</summary>
internal sealed class ApiTokens
{
    /// <summary>The most there can be at a time: each request with a token is compared to all of them.</summary>
    public const int Capacity = 1_000;

    private readonly IStateStore _state;
    private readonly TimeProvider _time;
    private readonly Lock _changing = new();
    private volatile ApiToken[] _tokens;

    /// <summary>Reads them.</summary>
    /// <exception cref="IOException">The state cannot be read.</exception>
    public ApiTokens(IStateStore state, TimeProvider time)
    {
        (_state, _time) = (state, time);
        _tokens = [.. state.Read(StateTables.ApiTokens).Select(ApiToken.Of)];
    }

    /// <summary>All of them, those past their end too, in the order they were made.</summary>
    public IReadOnlyList<ApiToken> All => [.. _tokens.OrderBy(token => token.CreatedAt)];

    /// <summary>Whose token it is; null if it is none, or good no more. Takes the same time whichever it is, and if it is none.</summary>
    public ApiToken? Find(string secret)
    {
        var hash = ApiToken.HashOf(secret);
        ApiToken? found = null;
        foreach (var token in _tokens)
        {
            found = CryptographicOperations.FixedTimeEquals(token.Hash.Span, hash) ? token : found;
        }

        return found is not null && _time.GetUtcNow() < found.ExpiresAt ? found : null;
    }

    /// <summary>Makes one.</summary>
    /// <param name="name">Whose it is to be, 1 to <see cref="ApiToken.MaxNameLength"/> characters; no other that is still good may have the name.</param>
    /// <param name="right">What its bearer may do where.</param>
    /// <param name="expiresAt">Until when it is to be good.</param>
    /// <param name="by">Who makes it.</param>
    /// <returns>What is kept and the token itself, once it is durable; or why there is none, for a person.</returns>
    public async Task<(ApiToken? Kept, string Secret, string? Problem)> CreateAsync(string name, Right right, DateTimeOffset expiresAt, string by)
    {
        var now = _time.GetUtcNow();
        var (kept, secret) = ApiToken.Create(name, right, by, now, expiresAt);
        Task durable;
        lock (_changing)
        {
            if (Array.Exists(_tokens, token => token.Name == name && now < token.ExpiresAt))
            {
                return (null, "", $"there is a token with the name '{name}': revoke it first, or choose another name");
            }

            if (_tokens.Length >= Capacity)
            {
                return (null, "", $"there are {Capacity:N0} tokens: revoke some");
            }

            var changes = new StateChanges();
            changes.Put(StateTables.ApiTokens, kept.ToRow());
            durable = _state.CommitAsync(changes);
            _tokens = [.. _tokens, kept];
        }

        await durable;
        return (kept, secret, null);
    }

    /// <summary>Takes one back: it opens nothing from the call on, and nothing after a restart once this completes.</summary>
    /// <returns>Whether there was one of that id.</returns>
    public async Task<bool> RevokeAsync(string id)
    {
        Task durable;
        lock (_changing)
        {
            var left = Array.FindAll(_tokens, token => token.Id != id);
            if (left.Length == _tokens.Length)
            {
                return false;
            }

            var changes = new StateChanges();
            changes.Delete(StateTables.ApiTokens, id);
            _tokens = left;
            durable = _state.CommitAsync(changes);
        }

        await durable;
        return true;
    }
}
