using System.Security.Cryptography;
using AuditWatch.Telemetry;
using Microsoft.Extensions.Logging;

namespace AuditWatch.Sources.Webhook.Access;

/// <summary>
/// A value made of files, which is made again when they change. A change counts when two checks in a row find the same contents, so that a pair of files is not
/// used while only one is written. Contents that cannot be used are logged and counted, and the last good value stays. Safe for any number of threads.
/// </summary>
/// <typeparam name="T">The type of the value.</typeparam>
internal sealed class ReloadedFiles<T>
    where T : class
{
    private readonly string _what;
    private readonly IReadOnlyList<string> _paths;
    private readonly Func<IReadOnlyList<byte[]>, T> _make;
    private readonly ILogger _logger;
    private readonly SourceInstruments _metrics;
    private readonly Lock _checking = new();
    private string _loaded;
    private string _lastLook;
    private volatile T _current;
    private volatile string? _problem;

    /// <summary>Reads the files for the first time.</summary>
    /// <param name="what">What is made, for the log: a plural.</param>
    /// <param name="paths">The files.</param>
    /// <param name="make">Makes it of their contents; throws a <see cref="FormatException"/> that says what is wrong with them.</param>
    /// <param name="logger">Hears of changes.</param>
    /// <param name="metrics">Counts them.</param>
    /// <exception cref="FormatException">The files cannot be used.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be read.</exception>
    public ReloadedFiles(string what, IReadOnlyList<string> paths, Func<IReadOnlyList<byte[]>, T> make, ILogger logger, SourceInstruments metrics)
    {
        (_what, _paths, _make, _logger, _metrics) = (what, paths, make, logger, metrics);
        byte[][] contents = [.. paths.Select(File.ReadAllBytes)];
        _loaded = _lastLook = ContentHash(contents);
        _current = make(contents);
    }

    /// <summary>The last that could be made.</summary>
    public T Current => _current;

    /// <summary>What they are.</summary>
    public string What => _what;

    /// <summary>Why what is in the files now cannot be used; null if it is.</summary>
    public string? Problem => _problem;

    /// <summary>Looks for changes once.</summary>
    public void Check()
    {
        lock (_checking)
        {
            byte[][] contents = [];
            string? problem = null;
            try
            {
                contents = [.. _paths.Select(File.ReadAllBytes)];
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                problem = exception.Message;
            }

            var look = problem ?? ContentHash(contents);
            var isStable = look == _lastLook;
            _lastLook = look;
            if (isStable && look != _loaded)
            {
                _loaded = look;
                Reload(contents, problem);
            }
        }
    }

    private void Reload(byte[][] contents, string? problem)
    {
        try
        {
            _current = problem is null ? _make(contents) : throw new FormatException(problem);
            _logger.LogInformation("The {What} in {Files} have changed and are used from now on.", _what, string.Join(", ", _paths));
        }
        catch (FormatException broken)
        {
            _logger.LogError("The {What} in {Files} have changed and cannot be used: {Problem}. The ones before stay in use.", _what, string.Join(", ", _paths), broken.Message);
            problem = broken.Message;
        }

        _problem = problem;
        _metrics.AccessReloads.Add(1, new KeyValuePair<string, object?>("what", _what), new KeyValuePair<string, object?>("result", problem is null ? "loaded" : "kept"));
    }

    private static string ContentHash(byte[][] contents) => string.Concat(contents.Select(content => Convert.ToHexStringLower(SHA256.HashData(content))));
}
