using AuditWatch.Yaml;

namespace AuditWatch.Notifications.JsonLines;

/// <summary>Makes <c>fileConfigs</c> known to configurations.</summary>
public static class JsonLinesRegistration
{
    /// <summary>Adds <c>fileConfigs</c>: <c>path</c>, the file to append lines of JSON to.</summary>
    public static NotifierKinds AddJsonLines(this NotifierKinds kinds) =>
        kinds.Add("fileConfigs", new NotifierKind(Read, IsForPeople: false, SendsResolved: true));

    private static JsonLinesNotifier? Read(string name, YamlMap settings, Diagnostics diagnostics)
    {
        var text = settings.RequiredString("path");
        settings.RejectUnknown();
        if (text.Length == 0)
        {
            return null;
        }

        var path = Path.GetFullPath(settings.Location.Resolve(text));
        if (Directory.Exists(path))
        {
            diagnostics.Error(settings.LocationOf("path"), $"'{text}' is a folder: name a file in it");
            return null;
        }

        if (!Directory.Exists(Path.GetDirectoryName(path)))
        {
            diagnostics.Error(settings.LocationOf("path"), $"there is no folder '{Path.GetDirectoryName(text)}' for the file: make it first");
            return null;
        }

        return new JsonLinesNotifier(name, path);
    }
}
