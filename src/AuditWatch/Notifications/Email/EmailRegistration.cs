namespace AuditWatch.Notifications.Email;

/// <summary>Makes <c>emailConfigs</c> known to configurations.</summary>
public static class EmailRegistration
{
    /// <summary>
    /// Adds <c>emailConfigs</c>: <c>to</c>, <c>from</c>, <c>smarthost</c> (a host, or host:port; port 465 means TLS at once), <c>authUsername</c> with
    /// <c>authPasswordFile</c>, <c>authPasswordEnv</c> or <c>authTokenFile</c>, <c>requireTls</c> (true unless said otherwise) and <c>caFile</c>.
    /// </summary>
    /// <param name="kinds">Takes it.</param>
    /// <param name="time">Gives mails their date, and connections their end.</param>
    public static NotifierKinds AddEmail(this NotifierKinds kinds, TimeProvider time) =>
        kinds.Add("emailConfigs", new NotifierKind(
            (name, settings, diagnostics) => EmailSettings.Read(settings, diagnostics) is { } options ? new EmailNotifier(name, options, time) : null,
            IsForPeople: true, SendsResolved: false));
}
