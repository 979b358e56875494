using AuditWatch.Yaml;

namespace AuditWatch.Detection.Sigma;

/// <summary>A rule's <c>logsource</c>: AuditWatch takes those for product kubernetes, service audit, and skips others with a notice.</summary>
internal static class LogSource
{
    public static bool IsKubernetesAudit(YamlMap rule, Diagnostics diagnostics)
    {
        if (rule.Map("logsource") is not { } source)
        {
            rule.Missing("logsource");
            return true;
        }

        var product = source.String("product");
        var service = source.String("service");
        source.Ignore("category", "definition");
        source.RejectUnknown();
        if (product == "kubernetes" && service is null or "audit")
        {
            return true;
        }

        diagnostics.Notice(source.Location, $"skipped: a rule for {product ?? "any product"}/{service ?? "any service"}, not for kubernetes/audit");
        return false;
    }
}
