using AuditWatch.Notifications.Http;
using AuditWatch.Yaml;

namespace AuditWatch.Notifications.GoogleChat;

/// <summary>Makes <c>googleChatConfigs</c> known to configurations.</summary>
public static class GoogleChatRegistration
{
    /// <summary>Adds <c>googleChatConfigs</c>: <c>webhookUrlFile</c> or <c>webhookUrlEnv</c>, which lead to the address of a space's webhook.</summary>
    /// <param name="kinds">Takes it.</param>
    /// <param name="time">The clock that Google's dates are compared with.</param>
    public static NotifierKinds AddGoogleChat(this NotifierKinds kinds, TimeProvider time) =>
        kinds.Add("googleChatConfigs", new NotifierKind((name, settings, diagnostics) => Read(name, settings, diagnostics, time), IsForPeople: true, SendsResolved: false));

    /// <summary>The webhook's address, asking for messages with the same key to be put into one thread.</summary>
    internal static Uri Threaded(Uri webhook) =>
        new UriBuilder(webhook) { Query = $"{webhook.Query.TrimStart('?')}&messageReplyOption=REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD".TrimStart('&') }.Uri;

    private static JsonNotifier? Read(string name, YamlMap settings, Diagnostics diagnostics, TimeProvider time)
    {
        var address = AddressSetting.ReadSecret(settings, "webhookUrl", "a webhook of Google Chat", diagnostics);
        settings.RejectUnknown();
        return address is null ? null : new JsonNotifier(name, "Google Chat", Threaded(address), GoogleChatCard.Of, time);
    }
}
