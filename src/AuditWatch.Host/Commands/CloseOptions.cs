using System.CommandLine;
using AuditWatch.Incidents;

namespace AuditWatch.Host.Commands;

/// <summary>The options <c>--reason</c> and <c>--text</c> of commands that close something.</summary>
/// <param name="Reason">What it was, one of <see cref="CloseReasons.Words"/>.</param>
/// <param name="Text">What else there is to say.</param>
internal sealed record CloseOptions(Option<string> Reason, Option<string> Text)
{
    /// <param name="isRequired">Whether a reason has to be given.</param>
    public static CloseOptions Create(bool isRequired)
    {
        var reason = new Option<string>("--reason") { Description = $"What it was.{(isRequired ? "" : " Default: it has been dealt with.")}", HelpName = string.Join('|', CloseReasons.Words), Required = isRequired };
        reason.AcceptOnlyFromAmong([.. CloseReasons.Words]);
        return new CloseOptions(reason, new Option<string>("--text") { Description = "What else there is to say of it; with 'other', what it was.", HelpName = "TEXT" });
    }

    /// <summary>The body that says so to the service.</summary>
    public object Body(string? by, ParseResult arguments) => new { by, reason = arguments.GetValue(Reason), text = arguments.GetValue(Text) };
}
