using AuditWatch.Notifications.Http;
using AuditWatch.Yaml;

namespace AuditWatch.Notifications.Splunk;

/// <summary>Makes <c>splunkConfigs</c> known to configurations.</summary>
public static class SplunkRegistration
{
    /// <summary>
    /// Adds <c>splunkConfigs</c>: <c>url</c>, where the HTTP Event Collector is; <c>tokenFile</c> or <c>tokenEnv</c>; perhaps <c>index</c>, and <c>caFile</c> with the authorities to trust
    /// instead of the machine's.
    /// </summary>
    /// <param name="kinds">Takes it.</param>
    /// <param name="time">The clock that dates of answers are compared with.</param>
    public static NotifierKinds AddSplunk(this NotifierKinds kinds, TimeProvider time) =>
        kinds.Add("splunkConfigs", new NotifierKind((name, settings, diagnostics) => Read(name, settings, diagnostics, time), IsForPeople: false, SendsResolved: true));

    private static SplunkNotifier? Read(string name, YamlMap settings, Diagnostics diagnostics, TimeProvider time)
    {
        var errors = diagnostics.ErrorCount;
        var address = AddressSetting.ReadPlain(settings, "url", otherwise: null, diagnostics);
        var token = SecretSetting.ReadToken(settings, "token", diagnostics);
        var index = settings.String("index");
        var authorities = AuthoritiesSetting.Read(settings, diagnostics);
        if (address is not null && address.AbsolutePath.Contains("/services", StringComparison.Ordinal))
        {
            diagnostics.Error(settings.LocationOf("url"), "'url' ends before '/services/collector', such as in https://splunk.example.com:8088");
        }

        settings.RejectUnknown();
        return diagnostics.ErrorCount > errors || address is null || token is null ? null
            : new SplunkNotifier(name, new SplunkOptions { Address = AddressSetting.AsFolder(address), Token = token, Index = index, Authorities = authorities }, time);
    }
}
