using AuditWatch.Notifications.Http;

namespace AuditWatch.Notifications.Teams;

/// <summary>Makes <c>msteamsConfigs</c> known to configurations.</summary>
public static class TeamsRegistration
{
    /// <summary>Adds <c>msteamsConfigs</c>: <c>webhookUrlFile</c> or <c>webhookUrlEnv</c>, which lead to the address of a workflow that posts cards.</summary>
    /// <param name="kinds">Takes it.</param>
    /// <param name="time">The clock that dates of answers are compared with.</param>
    public static NotifierKinds AddTeams(this NotifierKinds kinds, TimeProvider time) => kinds.Add("msteamsConfigs", new NotifierKind(
        (name, settings, diagnostics) =>
        {
            var address = AddressSetting.ReadSecret(settings, "webhookUrl", "a workflow of Microsoft Teams", diagnostics);
            settings.RejectUnknown();
            return address is null ? null : new JsonNotifier(name, "Microsoft Teams", address, TeamsCard.Of, time);
        },
        IsForPeople: true, SendsResolved: false));
}
