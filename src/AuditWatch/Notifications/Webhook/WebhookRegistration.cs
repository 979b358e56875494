using AuditWatch.Notifications.Http;
using AuditWatch.Yaml;

namespace AuditWatch.Notifications.Webhook;

/// <summary>Makes <c>webhookConfigs</c> known to configurations.</summary>
public static class WebhookRegistration
{
    private const int ShortestKey = 16;

    /// <summary>
    /// Adds <c>webhookConfigs</c>: <c>url</c>, or <c>urlFile</c> or <c>urlEnv</c> where the address holds a secret; <c>hmacSecretFile</c> or <c>hmacSecretEnv</c> to sign;
    /// <c>bearerTokenFile</c> or <c>bearerTokenEnv</c>, or <c>username</c> with <c>passwordFile</c> or <c>passwordEnv</c>, to log in; <c>cloudEvents</c> (true unless said
    /// otherwise).
    /// </summary>
    /// <param name="kinds">Takes it.</param>
    /// <param name="time">Gives a signature its time.</param>
    public static NotifierKinds AddWebhook(this NotifierKinds kinds, TimeProvider time) =>
        kinds.Add("webhookConfigs", new NotifierKind((name, settings, diagnostics) => Read(name, settings, diagnostics, time), IsForPeople: false, SendsResolved: true));

    private static WebhookNotifier? Read(string name, YamlMap settings, Diagnostics diagnostics, TimeProvider time)
    {
        var address = AddressSetting.Read(settings, diagnostics);
        var authorization = AuthorizationSetting.Read(settings, address, diagnostics);
        var key = SecretSetting.IsThere(settings, "hmacSecret") ? SecretSetting.Read(settings, "hmacSecret", diagnostics) : null;
        var cloudEvents = settings.Boolean("cloudEvents", otherwise: true);
        if (key?.Reveal().Length < ShortestKey)
        {
            diagnostics.Error(settings.Location, $"the HMAC secret is too short to keep anybody out: make it {ShortestKey} characters or more, such as with 'openssl rand -hex 32'");
        }

        settings.RejectUnknown();
        return diagnostics.HasErrors || address is null ? null : new WebhookNotifier(
            name, new WebhookOptions { Address = new Secret(address.AbsoluteUri), SigningKey = key, Authorization = authorization, CloudEvents = cloudEvents }, time);
    }
}
