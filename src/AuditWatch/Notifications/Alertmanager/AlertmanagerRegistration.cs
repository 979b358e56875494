using AuditWatch.Notifications.Http;
using AuditWatch.Yaml;

namespace AuditWatch.Notifications.Alertmanager;

/// <summary>Makes <c>alertmanagerConfigs</c> known to configurations.</summary>
public static class AlertmanagerRegistration
{
    /// <summary>
    /// Adds <c>alertmanagerConfigs</c>: <c>url</c>, or <c>urlFile</c> or <c>urlEnv</c> where the address holds a secret; <c>bearerTokenFile</c> or <c>bearerTokenEnv</c>, or
    /// <c>username</c> with <c>passwordFile</c> or <c>passwordEnv</c>, to log in; <c>expireAfter</c> (a day unless said otherwise).
    /// </summary>
    /// <param name="kinds">Takes it.</param>
    /// <param name="time">Tells how far away the end of an open alert is.</param>
    public static NotifierKinds AddAlertmanager(this NotifierKinds kinds, TimeProvider time) =>
        kinds.Add("alertmanagerConfigs", new NotifierKind((name, settings, diagnostics) => Read(name, settings, diagnostics, time), IsForPeople: false, SendsResolved: true));

    private static AlertmanagerNotifier? Read(string name, YamlMap settings, Diagnostics diagnostics, TimeProvider time)
    {
        var address = AddressSetting.Read(settings, diagnostics);
        var authorization = AuthorizationSetting.Read(settings, address, diagnostics);
        var expireAfter = settings.Duration("expireAfter");
        if (address is not null && (address.Query.Length > 0 || address.AbsolutePath.Contains("/api/v", StringComparison.Ordinal)))
        {
            diagnostics.Error(settings.Location, "the address of Alertmanager ends before '/api/v2', such as in http://alertmanager:9093");
        }

        settings.RejectUnknown();
        if (diagnostics.HasErrors || address is null)
        {
            return null;
        }

        var options = new AlertmanagerOptions { Address = new Secret(address.AbsoluteUri), Authorization = authorization };
        return new AlertmanagerNotifier(name, expireAfter is { } limit ? options with { ExpireAfter = limit } : options, time);
    }
}
