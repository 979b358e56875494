using System.Text.RegularExpressions;
using AuditWatch.Notifications.Http;
using AuditWatch.Yaml;

namespace AuditWatch.Notifications.PagerDuty;

/// <summary>Makes <c>pagerdutyConfigs</c> known to configurations.</summary>
public static partial class PagerDutyRegistration
{
    /// <summary>Adds <c>pagerdutyConfigs</c>: <c>routingKeyFile</c> or <c>routingKeyEnv</c>, the key of an integration of the Events API v2, and perhaps <c>url</c>, where events go.</summary>
    /// <param name="kinds">Takes it.</param>
    /// <param name="time">The clock that PagerDuty's dates are compared with.</param>
    public static NotifierKinds AddPagerDuty(this NotifierKinds kinds, TimeProvider time) =>
        kinds.Add("pagerdutyConfigs", new NotifierKind((name, settings, diagnostics) => Read(name, settings, diagnostics, time), IsForPeople: true, SendsResolved: true, HasPages: true));

    private static PagerDutyNotifier? Read(string name, YamlMap settings, Diagnostics diagnostics, TimeProvider time)
    {
        var key = SecretSetting.Read(settings, "routingKey", diagnostics);
        var address = AddressSetting.ReadPlain(settings, "url", PagerDutyNotifier.DefaultAddress, diagnostics);
        settings.RejectUnknown();
        if (key is not null && !KeyPattern().IsMatch(key.Reveal()))
        {
            diagnostics.Error(settings.Location, "the secret is not a routing key, which has 32 letters and digits: it is the integration key of an Events API v2 integration of a service");
            key = null;
        }

        return key is null || address is null ? null : new PagerDutyNotifier(name, key, address, time);
    }

    [GeneratedRegex(@"\A[A-Za-z0-9]{32}\z", RegexOptions.CultureInvariant)]
    private static partial Regex KeyPattern();
}
