using AuditWatch.Notifications.Http;
using AuditWatch.Yaml;

namespace AuditWatch.Notifications.Opsgenie;

/// <summary>Makes <c>opsgenieConfigs</c> known to configurations.</summary>
public static class OpsgenieRegistration
{
    /// <summary>
    /// Adds <c>opsgenieConfigs</c>: <c>apiKeyFile</c> or <c>apiKeyEnv</c>, the key of an API integration, and perhaps <c>apiUrl</c>, where the API is, such as
    /// <c>https://api.atlassian.com/jsm/ops/integration</c> of Jira Service Management.
    /// </summary>
    /// <param name="kinds">Takes it.</param>
    /// <param name="time">The clock that dates of answers are compared with.</param>
    public static NotifierKinds AddOpsgenie(this NotifierKinds kinds, TimeProvider time) =>
        kinds.Add("opsgenieConfigs", new NotifierKind((name, settings, diagnostics) => Read(name, settings, diagnostics, time), IsForPeople: true, SendsResolved: true, HasPages: true));

    private static OpsgenieNotifier? Read(string name, YamlMap settings, Diagnostics diagnostics, TimeProvider time)
    {
        var key = SecretSetting.ReadToken(settings, "apiKey", diagnostics);
        var address = AddressSetting.ReadPlain(settings, "apiUrl", OpsgenieNotifier.DefaultAddress, diagnostics);
        settings.RejectUnknown();
        if (address is not null && address.AbsolutePath.Contains("/v2", StringComparison.Ordinal))
        {
            diagnostics.Error(settings.LocationOf("apiUrl"), "'apiUrl' ends before '/v2/alerts', such as in https://api.eu.opsgenie.com");
            return null;
        }

        return key is null || address is null ? null : new OpsgenieNotifier(name, key, AddressSetting.AsFolder(address), time);
    }
}
