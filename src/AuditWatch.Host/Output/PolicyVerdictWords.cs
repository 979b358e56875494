using AuditWatch.Policy;
using Spectre.Console;

namespace AuditWatch.Host.Output;

/// <summary>How verdicts are said and shown.</summary>
internal static class PolicyVerdictWords
{
    /// <summary>The verdict for people.</summary>
    public static string Words(this Verdict verdict) => verdict switch
    {
        Verdict.Blind => "blind",
        Verdict.SeesPart => "sees part of",
        Verdict.SeesWithoutBody => "sees without the body it needs",
        Verdict.SeesLate => "sees late",
        _ => "sees",
    };

    /// <summary>What it comes to for single requests.</summary>
    public static string OfRequests(this Verdict verdict) => verdict switch
    {
        Verdict.SeesWithoutBody => "without body",
        Verdict.SeesLate => "only at the end",
        _ => "not seen",
    };

    /// <summary>The verdict for programs.</summary>
    public static string Word(this Verdict verdict) => verdict switch
    {
        Verdict.Blind => "blind",
        Verdict.SeesPart => "partial",
        Verdict.SeesWithoutBody => "bodyless",
        Verdict.SeesLate => "late",
        _ => "sees",
    };

    /// <summary>The verdict's colour on a terminal.</summary>
    public static Style Style(this Verdict verdict) => verdict switch
    {
        Verdict.Blind => new Style(Color.Red, decoration: Decoration.Bold),
        Verdict.SeesPart or Verdict.SeesWithoutBody => new Style(Color.Yellow),
        Verdict.SeesLate => new Style(Color.Blue),
        _ => new Style(Color.Green),
    };
}
