namespace AuditWatch;

/// <summary>
/// Whether tests take their long form: with <c>AUDITWATCH_LONG=1</c>, as .ci/run sets it. What is long by nature (each page on each screen, work that is to grow with its input, the states of all earlier
/// versions) has a short form otherwise, which looks at the same things on fewer or smaller ones: rows that only the long form has are left out of the data, and no test is skipped.
/// </summary>
internal static class LongForm
{
    /// <summary>Whether tests take their long form.</summary>
    public static bool IsTaken { get; } = Environment.GetEnvironmentVariable("AUDITWATCH_LONG") == "1";

    /// <summary>How many cases are tried of what is made at random, or of how many parts an input is: <paramref name="many"/> in the long form, a quarter of them in the short one.</summary>
    public static int Of(int many) => IsTaken ? many : many / 4;
}
