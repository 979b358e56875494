using System.Text.RegularExpressions;
using AuditWatch.Notifications.Http;
using AuditWatch.Yaml;

namespace AuditWatch.Notifications.Elasticsearch;

/// <summary>Makes <c>elasticsearchConfigs</c> known to configurations.</summary>
public static partial class ElasticsearchRegistration
{
    /// <summary>
    /// Adds <c>elasticsearchConfigs</c>: <c>url</c>; <c>apiKeyFile</c> or <c>apiKeyEnv</c>, or <c>username</c> with <c>passwordFile</c> or <c>passwordEnv</c>, or <c>bearerTokenFile</c> or
    /// <c>bearerTokenEnv</c>; perhaps <c>dataStream</c>, and <c>caFile</c> with the authorities to trust instead of the machine's.
    /// </summary>
    /// <param name="kinds">Takes it.</param>
    /// <param name="time">The clock that dates of answers are compared with.</param>
    public static NotifierKinds AddElasticsearch(this NotifierKinds kinds, TimeProvider time) =>
        kinds.Add("elasticsearchConfigs", new NotifierKind((name, settings, diagnostics) => Read(name, settings, diagnostics, time), IsForPeople: false, SendsResolved: true));

    private static ElasticsearchNotifier? Read(string name, YamlMap settings, Diagnostics diagnostics, TimeProvider time)
    {
        var errors = diagnostics.ErrorCount;
        var address = AddressSetting.ReadPlain(settings, "url", otherwise: null, diagnostics);
        var authorization = Authorization(settings, address, diagnostics);
        var authorities = AuthoritiesSetting.Read(settings, diagnostics);
        var stream = settings.String("dataStream");
        if (stream is not null && !StreamPattern().IsMatch(stream))
        {
            diagnostics.Error(settings.LocationOf("dataStream"), "'dataStream' must be the name of a data stream, such as logs-auditwatch.alerts-default: small letters, digits, dots, dashes and underscores");
        }

        settings.RejectUnknown();
        if (diagnostics.ErrorCount > errors || address is null)
        {
            return null;
        }

        var options = new ElasticsearchOptions { Address = AddressSetting.AsFolder(address), Authorization = authorization, Authorities = authorities };
        return new ElasticsearchNotifier(name, stream is null ? options : options with { DataStream = stream }, time);
    }

    private static Secret? Authorization(YamlMap settings, Uri? address, Diagnostics diagnostics)
    {
        if (!SecretSetting.IsThere(settings, "apiKey"))
        {
            return AuthorizationSetting.Read(settings, address, diagnostics);
        }

        if (AuthorizationSetting.IsThere(settings))
        {
            diagnostics.Error(settings.Location, "only one of an API key, a bearer token and a user with a password can be there");
            return null;
        }

        return SecretSetting.ReadToken(settings, "apiKey", diagnostics) is { } key ? new Secret($"ApiKey {key.Reveal()}") : null;
    }

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9._-]{0,254}\z", RegexOptions.CultureInvariant)]
    private static partial Regex StreamPattern();
}
