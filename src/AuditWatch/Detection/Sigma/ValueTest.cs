namespace AuditWatch.Detection.Sigma;

/// <summary>What a value must be like: placeholder.</summary>
public abstract record ValueTest;
