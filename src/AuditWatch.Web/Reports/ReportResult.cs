using AuditWatch.Web.Access;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AuditWatch.Web.Reports;

/// <summary>A report as an answer: a file to keep.</summary>
internal static class ReportResult
{
    /// <summary>The file.</summary>
    /// <param name="http">The request.</param>
    /// <param name="view">What it tells.</param>
    /// <param name="name">What to call the file, without an ending.</param>
    /// <param name="time">The clock.</param>
    /// <param name="during">The time that it is of; null if it is of one incident.</param>
    public static RazorComponentResult Of(HttpContext http, ReportView view, string name, TimeProvider time, (DateTimeOffset Since, DateTimeOffset Until)? during = null)
    {
        http.Response.Headers.ContentDisposition = $"attachment; filename=\"{name}.html\"";
        var context = new PageContext("", "", Caller.Of(http).Name ?? "", "", time.GetUtcNow()) { MayAct = false, IsReport = true };
        return new RazorComponentResult(typeof(Report), new Dictionary<string, object?>
        {
            [nameof(Report.Context)] = context,
            [nameof(Report.View)] = view,
            [nameof(Report.Since)] = during?.Since,
            [nameof(Report.Until)] = during?.Until,
        })
        {
            PreventStreamingRendering = true,
        };
    }
}
