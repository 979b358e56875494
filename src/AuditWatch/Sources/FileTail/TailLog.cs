using AuditWatch.Telemetry;
using Microsoft.Extensions.Logging;

namespace AuditWatch.Sources.FileTail;

/// <summary>Counts and logs what happens to a log that is followed; a problem that lasts is logged once. Not thread-safe.</summary>
internal sealed class TailLog(string log, ILogger logger, SourceInstruments metrics)
{
    private readonly KeyValuePair<string, object?> _label = new("source", log);
    private readonly HashSet<string> _unreadable = new(StringComparer.Ordinal);
    private string? _problem;

    /// <summary>Something has been read: the next problem is a new one.</summary>
    public void Works() => _problem = null;

    public void Following(string path, string place) => logger.LogInformation("Following {Path} {Place}.", path, place);

    public void Missing() => Say(LogLevel.Warning, $"{log} does not exist; waiting for it.");

    public void Gone() => Say(LogLevel.Information, $"{log} is gone; following the open file until another one takes the name.");

    public void Failed(Exception problem)
    {
        metrics.FileErrors.Add(1, _label);
        Say(LogLevel.Error, $"{log} cannot be read: {problem.Message} Trying again.");
    }

    /// <summary>A file that the log has been rotated to may not be opened.</summary>
    public void Unreadable(string path)
    {
        if (_unreadable.Add(path))
        {
            metrics.FileErrors.Add(1, _label);
            logger.LogError("{Path} may not be read, and is left out. If it holds events of {Log} that have not been read, they are lost: see to its permissions.", path, log);
        }
    }

    public void BadCheckpoint() => logger.LogError("The checkpoint of {Log} cannot be understood. Reading everything that is there, repeats of events included.", log);

    /// <summary>The log has another file.</summary>
    public void Replaced(string old, string next)
    {
        metrics.Rotations.Add(1, _label);
        logger.LogInformation("{Log} has been replaced. {Old} is read to its end; going on with {Next} from its start.", log, old, next);
    }

    /// <summary>The file has become shorter.</summary>
    public void Changed(string consequence)
    {
        metrics.Truncations.Add(1, _label);
        logger.LogWarning("{Log} has become shorter, or holds something else. {Consequence}", log, consequence);
    }

    /// <summary>The file that was being read when the service stopped is not there any more.</summary>
    public void Lost(TailPosition position)
    {
        metrics.LostFiles.Add(1, _label);
        metrics.LostBytes.Add(Math.Max(0, position.Length - position.Offset), _label);
        logger.LogError(
            "Events of {Log} may be lost: the last checkpoint is at byte {Offset} of a file (inode {Inode}) that is there no more, nor a renamed or compressed copy that begins alike. "
            + "It had {Length} bytes then. Going on with what was begun later: keep rotated files for longer than the service may be stopped.",
            log, position.Offset, position.File.Number, Math.Max(position.Length, position.Offset));
    }

    /// <summary>A file that was waiting to be read is not there any more.</summary>
    public void Lost(UnreadFile file)
    {
        metrics.LostFiles.Add(1, _label);
        metrics.LostBytes.Add(file.Length, _label);
        logger.LogError(
            "Events of {Log} are lost: {Path} (inode {Inode}) had {Length} bytes when it was seen waiting to be read, and is there no more, nor a renamed or compressed copy that begins alike. "
            + "Keep more rotated files.",
            log, file.Path, file.Identity.Number, file.Length);
    }

    private void Say(LogLevel level, string problem)
    {
        if (_problem != problem)
        {
            _problem = problem;
            logger.Log(level, "{Problem}", problem);
        }
    }
}
