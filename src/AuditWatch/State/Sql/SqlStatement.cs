namespace AuditWatch.State.Sql;

/// <summary>A statement and its values.</summary>
/// <param name="Text">The statement in the SQL that all databases have in common, with <c>$1</c>, <c>$2</c> and so on where the values go.</param>
/// <param name="Values">The values: texts, whole numbers, truths, bytes, times in UTC, null.</param>
internal readonly record struct SqlStatement(string Text, params object?[] Values);
