using System.Globalization;
using System.Text.RegularExpressions;
using AuditWatch.Notifications.Http;
using AuditWatch.Yaml;

namespace AuditWatch.Notifications.Templates;

/// <summary>Makes <c>templateConfigs</c> known to configurations.</summary>
public static partial class TemplateRegistration
{
    /// <summary>
    /// Adds <c>templateConfigs</c>: <c>url</c>, or <c>urlFile</c> or <c>urlEnv</c> where the address holds a secret; <c>bodyFile</c>, a template in Liquid; <c>contentType</c>
    /// (<c>application/json</c> unless it says <c>application/x-www-form-urlencoded</c>); <c>secretFiles</c>, a map from names to files, which templates find below <c>secrets</c>; a login as
    /// of <c>webhookConfigs</c>.
    /// </summary>
    /// <param name="kinds">Takes it.</param>
    /// <param name="time">The clock that dates of answers are compared with.</param>
    public static NotifierKinds AddTemplate(this NotifierKinds kinds, TimeProvider time) =>
        kinds.Add("templateConfigs", new NotifierKind((name, settings, diagnostics) => Read(name, settings, diagnostics, time), IsForPeople: true, SendsResolved: false));

    private static TemplateNotifier? Read(string name, YamlMap settings, Diagnostics diagnostics, TimeProvider time)
    {
        var errors = diagnostics.ErrorCount;
        var address = AddressSetting.Read(settings, diagnostics);
        var authorization = AuthorizationSetting.Read(settings, address, diagnostics);
        var secrets = Secrets(settings, address, diagnostics);
        var body = Body(settings, Format(settings, diagnostics), secrets, diagnostics);
        settings.RejectUnknown();
        return diagnostics.ErrorCount > errors || address is null || body is null ? null : new TemplateNotifier(name, address, body, authorization, time);
    }

    private static BodyFormat Format(YamlMap settings, Diagnostics diagnostics)
    {
        BodyFormat[] formats = [BodyFormat.Json, BodyFormat.Form];
        var text = settings.String("contentType");
        if (text is not null && formats.All(format => format.ContentType != text))
        {
            diagnostics.Error(settings.LocationOf("contentType"), $"'contentType' must be {BodyFormat.Json.ContentType} or {BodyFormat.Form.ContentType}: texts are encoded for one of these");
        }

        return formats.FirstOrDefault(format => format.ContentType == text, BodyFormat.Json);
    }

    private static Dictionary<string, Secret> Secrets(YamlMap settings, Uri? address, Diagnostics diagnostics)
    {
        var secrets = new Dictionary<string, Secret>(StringComparer.Ordinal);
        if (settings.Map("secretFiles") is not { } files)
        {
            return secrets;
        }

        if (address is not null && !AddressSetting.KeepsSecrets(address))
        {
            diagnostics.Error(settings.LocationOf("secretFiles"), "without TLS the secrets would be sent in clear: use an address that begins with https://");
        }

        foreach (var (key, file) in files.Values)
        {
            if (SecretSetting.ReadFile(settings, file.IsScalar ? file.Text : "", file.Location, diagnostics) is { } secret)
            {
                secrets[key.Text] = secret;
            }
        }

        return secrets;
    }

    private static BodyTemplate? Body(YamlMap settings, BodyFormat format, Dictionary<string, Secret> secrets, Diagnostics diagnostics)
    {
        var file = settings.RequiredString("bodyFile");
        if (file.Length == 0)
        {
            return null;
        }

        string text;
        try
        {
            text = File.ReadAllText(settings.Location.Resolve(file));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentException)
        {
            diagnostics.Error(settings.LocationOf("bodyFile"), $"the template cannot be read: {problem.Message}");
            return null;
        }

        if (!BodyTemplate.TryParse(text, format, secrets, out var template, out var mistake))
        {
            // Fluid says where in the text, and then shows it.
            var place = PlacePattern().Match(mistake);
            var location = place.Success
                ? new SourceLocation(settings.Location.Resolve(file), int.Parse(place.Groups[1].Value, CultureInfo.InvariantCulture), int.Parse(place.Groups[2].Value, CultureInfo.InvariantCulture))
                : new SourceLocation(settings.Location.Resolve(file), 1, 1);
            diagnostics.Error(location, PlacePattern().Replace(mistake.Split('\n')[0].TrimEnd('\r'), ""));
            return null;
        }

        foreach (var trial in TemplateTrial.Notifications)
        {
            if (template.Render(trial, out var problem) is null)
            {
                diagnostics.Error(new SourceLocation(settings.Location.Resolve(file), 1, 1), $"tried with a notification of the kind '{trial.Kind.Word()}', the template cannot be used: {problem}");
                return null;
            }
        }

        return template;
    }

    [GeneratedRegex(@" at \(([0-9]{1,6}):([0-9]{1,6})\)", RegexOptions.CultureInvariant)]
    private static partial Regex PlacePattern();
}
