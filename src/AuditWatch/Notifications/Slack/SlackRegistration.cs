using AuditWatch.Yaml;

namespace AuditWatch.Notifications.Slack;

/// <summary>Makes <c>slackConfigs</c> known to configurations.</summary>
public static class SlackRegistration
{
    /// <summary>Adds <c>slackConfigs</c>: <c>apiUrlFile</c> or <c>apiUrlEnv</c>, which lead to the address of an incoming webhook.</summary>
    public static NotifierKinds AddSlack(this NotifierKinds kinds) => kinds.Add("slackConfigs", Read);

    private static SlackNotifier? Read(string name, YamlMap settings, Diagnostics diagnostics)
    {
        var secret = SecretSetting.Read(settings, "apiUrl", diagnostics);
        settings.RejectUnknown();
        if (secret is null)
        {
            return null;
        }

        // To this machine itself no wire is to be protected.
        if (!Uri.TryCreate(secret.Reveal(), UriKind.Absolute, out var address) || !(address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback)))
        {
            diagnostics.Error(settings.Location, "the secret is not the address of an incoming webhook, which begins with https://");
            return null;
        }

        return new SlackNotifier(name, secret);
    }
}
