using AuditWatch.Notifications.Http;

namespace AuditWatch.Notifications.Discord;

/// <summary>Makes <c>discordConfigs</c> known to configurations.</summary>
public static class DiscordRegistration
{
    /// <summary>Adds <c>discordConfigs</c>: <c>webhookUrlFile</c> or <c>webhookUrlEnv</c>, which lead to the address of a channel's webhook.</summary>
    /// <param name="kinds">Takes it.</param>
    /// <param name="time">The clock that Discord's dates are compared with.</param>
    public static NotifierKinds AddDiscord(this NotifierKinds kinds, TimeProvider time) => kinds.Add("discordConfigs", new NotifierKind(
        (name, settings, diagnostics) =>
        {
            var address = AddressSetting.ReadSecret(settings, "webhookUrl", "a webhook of Discord", diagnostics);
            settings.RejectUnknown();
            return address is null ? null : new JsonNotifier(name, "Discord", address, DiscordMessage.Of, time);
        },
        IsForPeople: true, SendsResolved: false));
}
