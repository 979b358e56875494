namespace AuditWatch.Notifications.Console;

/// <summary>Makes <c>consoleConfigs</c> known to configurations.</summary>
public static class ConsoleRegistration
{
    /// <summary>Adds <c>consoleConfigs</c>, which has no settings.</summary>
    /// <param name="kinds">Takes it.</param>
    /// <param name="writer">Where to write; thread-safe.</param>
    /// <param name="coloured">Whether that is a terminal that shows ANSI colours, and its user wants them.</param>
    public static NotifierKinds AddConsole(this NotifierKinds kinds, TextWriter writer, bool coloured) =>
        kinds.Add("consoleConfigs", new NotifierKind((name, settings, _) =>
        {
            settings.RejectUnknown();
            return new ConsoleNotifier(name, writer, coloured);
        }, IsForPeople: false, SendsResolved: false));
}
