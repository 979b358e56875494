using System.CommandLine;
using AuditWatch.Detection;

namespace AuditWatch.Host.Commands;

/// <summary>The folders that detections are read from. The word <c>builtin</c> stands for those that come with the executable.</summary>
internal static class DetectionFolders
{
    private const string Builtin = "builtin";

    /// <summary>The option of commands that run detections.</summary>
    public static Option<string[]> Option() => new("--detections")
    {
        Description = "A folder of detections to use instead of the ones shipped; may be given several times. 'builtin' names the shipped ones.",
        HelpName = "DIR",
    };

    /// <summary>The argument of commands that are about detections.</summary>
    public static Argument<string[]> Argument() => new Argument<string[]>("DIR")
    {
        Description = "Folders of detections, or single files; 'builtin' names the shipped ones. Default: the shipped ones.",
        Arity = ArgumentArity.ZeroOrMore,
    }.RejectingOptions();

    /// <summary>The paths that were meant.</summary>
    /// <exception cref="UsageException">One of them does not exist.</exception>
    public static IReadOnlyList<string> Resolve(string[]? given)
    {
        var paths = given is null or [] ? [Builtin] : given;
        return [.. paths.Distinct(StringComparer.Ordinal).Select(Resolve)];
    }

    /// <summary>The detections in the paths that were meant, all of them usable.</summary>
    /// <exception cref="UsageException">A path does not exist, a detection in it is broken, or there is none.</exception>
    public static DetectionSet Load(string[]? given)
    {
        var diagnostics = new Diagnostics();
        var paths = Resolve(given);
        var detections = DetectionLoader.Load(paths, diagnostics);
        if (diagnostics.HasErrors)
        {
            throw new UsageException(string.Join('\n', diagnostics.Where(one => one.Severity == DiagnosticSeverity.Error)));
        }

        RequireSome(paths, detections, diagnostics);
        return detections;
    }

    /// <summary>A folder without detections is the wrong folder.</summary>
    /// <exception cref="UsageException">There is none, and no error that would explain it.</exception>
    public static void RequireSome(IReadOnlyList<string> paths, DetectionSet detections, Diagnostics diagnostics)
    {
        if (detections.Rules.Count == 0 && !diagnostics.HasErrors)
        {
            throw new UsageException($"there are no detections in {string.Join(", ", paths)}");
        }
    }

    private static string Resolve(string path)
    {
        if (path == Builtin)
        {
            return Path.Combine(AppContext.BaseDirectory, "detections");
        }

        return Path.Exists(path) ? path : throw new UsageException($"there is no file or folder of detections '{path}'");
    }
}
