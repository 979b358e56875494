using System.CommandLine;

namespace AuditWatch.Host.Commands;

/// <summary>How commands are told which <see cref="DetectionFolders"/> are meant.</summary>
internal static class DetectionArguments
{
    /// <summary>The option of commands that run detections.</summary>
    public static Option<string[]> Option() => new("--detections")
    {
        Description = "A folder of detections to use instead of the ones shipped; may be given several times. 'builtin' names the shipped ones, 'filter:NAME' a shipped filter.",
        HelpName = "DIR",
    };

    /// <summary>The argument of commands that are about detections.</summary>
    public static Argument<string[]> Argument() => new Argument<string[]>("DIR")
    {
        Description = "Folders of detections, or single files; 'builtin' names the shipped ones, 'filter:NAME' a shipped filter. Default: the shipped ones.",
        Arity = ArgumentArity.ZeroOrMore,
    }.RejectingOptions();
}
