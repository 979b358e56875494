using AuditWatch.Yaml;

namespace AuditWatch.Configuration;

/// <summary>Reads the section <c>sources</c>, but for the webhook.</summary>
internal static class SourcesSection
{
    /// <summary>The valid entries of <c>sources.files</c>; errors are reported.</summary>
    public static IReadOnlyList<ConfiguredFile> Files(YamlMap sources, Diagnostics diagnostics)
    {
        var files = new List<ConfiguredFile>();
        foreach (var element in sources.TryGet("files", out var value) ? value.Elements : [])
        {
            var file = new YamlMap(element, diagnostics);
            var given = file.RequiredString("path");
            var path = element.Location.Resolve(given);
            if (given.Length > 0 && Directory.Exists(path))
            {
                diagnostics.Error(file.LocationOf("path"), $"'{given}' is a folder: name the log in it, such as {Path.Combine(given, "audit.log")}; what that is rotated to is read as well");
            }

            files.Add(new ConfiguredFile(path, file.String("cluster") ?? "", file.Boolean("fromStart", otherwise: false)));
            file.RejectUnknown();
        }

        return files;
    }
}
