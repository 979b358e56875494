using System.Text.RegularExpressions;
using AuditWatch.Notifications.Http;
using AuditWatch.Yaml;

namespace AuditWatch.Notifications.Slack;

/// <summary>Makes <c>slackConfigs</c> known to configurations.</summary>
public static partial class SlackRegistration
{
    /// <summary>
    /// Adds <c>slackConfigs</c>: either <c>apiUrlFile</c> or <c>apiUrlEnv</c>, which lead to the address of an incoming webhook; or <c>botTokenFile</c>
    /// or <c>botTokenEnv</c> with <c>channel</c>, the channel's id, and perhaps <c>apiUrl</c>, the address of the Web API.
    /// </summary>
    /// <param name="kinds">Takes it.</param>
    /// <param name="time">The clock that Slack's dates are compared with.</param>
    public static NotifierKinds AddSlack(this NotifierKinds kinds, TimeProvider time) =>
        kinds.Add("slackConfigs", new NotifierKind((name, settings, diagnostics) => Read(name, settings, diagnostics, time), IsForPeople: true, SendsResolved: false));

    private static INotifier? Read(string name, YamlMap settings, Diagnostics diagnostics, TimeProvider time)
    {
        var isBot = SecretSetting.IsThere(settings, "botToken") | settings.TryGet("channel", out _);
        var notifier = isBot ? ReadBot(name, settings, diagnostics, time) : (INotifier?)ReadWebhook(name, settings, diagnostics, time);
        settings.RejectUnknown();
        return notifier;
    }

    private static SlackNotifier? ReadWebhook(string name, YamlMap settings, Diagnostics diagnostics, TimeProvider time)
    {
        if (SecretSetting.Read(settings, "apiUrl", diagnostics) is not { } secret)
        {
            return null;
        }

        if (!Uri.TryCreate(secret.Reveal(), UriKind.Absolute, out var address) || !AddressSetting.KeepsSecrets(address))
        {
            diagnostics.Error(settings.Location, "the secret is not the address of an incoming webhook, which begins with https://");
            return null;
        }

        return new SlackNotifier(name, secret, time);
    }

    private static SlackBotNotifier? ReadBot(string name, YamlMap settings, Diagnostics diagnostics, TimeProvider time)
    {
        if (settings.TryGet("apiUrlFile", out _) | settings.TryGet("apiUrlEnv", out _))
        {
            diagnostics.Error(
                settings.Location, "either an incoming webhook ('apiUrlFile' alone: it has its channel already) or a bot ('botTokenFile' and 'channel') can be there, not both");
            return null;
        }

        var token = SecretSetting.Read(settings, "botToken", diagnostics);
        var channel = settings.RequiredString("channel");
        var address = settings.String("apiUrl") is { } other ? ApiAddress(other) : SlackBotNotifier.DefaultAddress;
        if (token?.Reveal() is { } text && !TokenPattern().IsMatch(text))
        {
            diagnostics.Error(settings.Location, "the secret is not a bot token, which begins with xoxb-");
            token = null;
        }

        if (channel.Length > 0 && !ChannelPattern().IsMatch(channel))
        {
            diagnostics.Error(settings.LocationOf("channel"), "'channel' must be the channel's id, such as C0123456789: it stands at the end of the channel's details in Slack");
        }

        if (address is null)
        {
            // Without the address itself: somebody may have put a webhook's there, which is a secret.
            diagnostics.Error(settings.LocationOf("apiUrl"), "'apiUrl' must be the address of the Web API, such as https://slack.com/api/, beginning with https://");
        }

        return diagnostics.HasErrors || token is null || address is null ? null : new SlackBotNotifier(name, token, channel, address, time);
    }

    private static Uri? ApiAddress(string text) =>
        Uri.TryCreate(text.EndsWith('/') ? text : $"{text}/", UriKind.Absolute, out var address) && AddressSetting.KeepsSecrets(address) ? address : null;

    [GeneratedRegex(@"\Axox[a-z]-[\x21-\x7e]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex TokenPattern();

    [GeneratedRegex(@"\A[CGD][A-Z0-9]{2,30}\z", RegexOptions.CultureInvariant)]
    private static partial Regex ChannelPattern();
}
