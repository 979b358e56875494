namespace AuditWatch.Processing;

/// <summary>Files that cannot be used, so that something earlier, or nothing, is used in their place.</summary>
/// <param name="What">What they are, such as <c>detections</c>.</param>
/// <param name="Problem">What is wrong, for a person; no secret.</param>
internal sealed record UnusableFiles(string What, string Problem);
