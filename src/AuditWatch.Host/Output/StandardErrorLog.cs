using Microsoft.Extensions.Logging.Console;

namespace AuditWatch.Host.Output;

/// <summary>Logs for people and for collectors of logs: a line each, on standard error, because standard output is for data.</summary>
internal static class StandardErrorLog
{
    /// <summary>Logs to standard error and nowhere else.</summary>
    /// <param name="logging">What to add it to.</param>
    /// <param name="from">The least that is logged.</param>
    public static ILoggingBuilder AddStandardError(this ILoggingBuilder logging, LogLevel from)
    {
        logging.ClearProviders().SetMinimumLevel(from).AddSimpleConsole(format =>
        {
            format.SingleLine = true;
            format.UseUtcTimestamp = true;
            format.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
        });
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        return logging;
    }
}
