namespace AuditWatch.State;

/// <summary>Where what has to survive a restart is kept. Immutable.</summary>
public sealed record StateSettings
{
    /// <summary>What <see cref="MaxSize"/> is unless the configuration says otherwise: 1 GiB.</summary>
    public const long DefaultMaxSize = 1L << 30;

    /// <summary>What <see cref="Retention"/> is unless the configuration says otherwise: 90 days.</summary>
    public static readonly TimeSpan DefaultRetention = TimeSpan.FromDays(90);

    /// <summary>
    /// The folder of the service: for the database unless <see cref="ConnectionStringFile"/> names another, for its socket and for rejected events; created
    /// if it does not exist, for its owner only. Null, the default, for none: the state is in memory only if there is no other database either.
    /// </summary>
    public string? Directory { get; init; }

    /// <summary>The file with Npgsql's connection string of a PostgreSQL database, read anew for each connection; null, the default, for SQLite.</summary>
    public string? ConnectionStringFile { get; init; }

    /// <summary>The most bytes that the database may take, at least 64 MiB: past it the oldest closed alerts go first. Default: 1 GiB.</summary>
    public long MaxSize { get; init; } = DefaultMaxSize;

    /// <summary>For how long alerts are kept once they are closed. Default: 90 days.</summary>
    public TimeSpan Retention { get; init; } = DefaultRetention;

    /// <summary>Whether a damaged database in <see cref="Directory"/> is replaced by what can be read of it, when it is opened. Default: no, it is refused.</summary>
    public bool Recovers { get; init; }

    /// <summary>Whether anything survives a restart.</summary>
    public bool IsDurable => Directory is not null || ConnectionStringFile is not null;
}
