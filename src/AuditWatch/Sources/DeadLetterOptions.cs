namespace AuditWatch.Sources;

/// <summary>Where rejected input is noted.</summary>
/// <param name="File">The file; another one with <c>.1</c> behind its name is beside it.</param>
/// <param name="MaxBytes">The most bytes that both take together, at least <see cref="LeastBytes"/>.</param>
public sealed record DeadLetterOptions(string File, long MaxBytes = DeadLetterOptions.DefaultMaxBytes)
{
    /// <summary>What <see cref="MaxBytes"/> is unless somebody says otherwise: 16 MiB, some fifty thousand rejections.</summary>
    public const long DefaultMaxBytes = 16 << 20;

    /// <summary>The least that <see cref="MaxBytes"/> may be: 64 KiB.</summary>
    public const long LeastBytes = 64 << 10;
}
