namespace AuditWatch.Host.Client;

/// <summary>The service will not do it as things stand: there is no such alert, or it is closed already. The message is for the person who asked.</summary>
internal sealed class ServiceRefusedException(string message) : Exception(message);
