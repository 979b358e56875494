using System.CommandLine;

namespace AuditWatch.Host.Commands;

/// <summary>Arguments that are files and folders.</summary>
internal static class PathArgument
{
    /// <summary>Takes a mistyped option for what it is, not for a file.</summary>
    public static Argument<string[]> RejectingOptions(this Argument<string[]> argument)
    {
        argument.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => token.Value.StartsWith("--", StringComparison.Ordinal)))
            {
                result.AddError($"Unrecognized option '{token.Value}'.");
            }
        });
        return argument;
    }
}
