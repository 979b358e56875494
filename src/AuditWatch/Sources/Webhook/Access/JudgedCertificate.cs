using System.Security.Cryptography.X509Certificates;

namespace AuditWatch.Sources.Webhook.Access;

/// <summary>Which authorities a connection's client certificate was judged by: a connection outlives them, and what it showed then counts no more once they have been replaced. Immutable.</summary>
/// <param name="By">The authorities that were current at the handshake.</param>
internal sealed record JudgedCertificate(X509Certificate2Collection By);
