namespace AuditWatch.State.Sql;

/// <summary>A statement and its values.</summary>
/// <param name="Text">The statement in the SQL that all databases have in common, with <c>$1</c>, <c>$2</c> and so on where the values go.</param>
/// <param name="Values">The values: texts, numbers, bytes, times in UTC, <see cref="JsonText"/>, null.</param>
internal readonly record struct SqlStatement(string Text, params object?[] Values)
{
    /// <summary>The statement that makes a change.</summary>
    public static SqlStatement Of(StateChange change)
    {
        var (table, values) = (change.Row.Table, change.Row.Values);
        return change.IsDelete
            ? new SqlStatement(table.DeleteByKey, [.. values])
            : new SqlStatement(table.Upsert, [.. values.Select((value, index) => table.Columns[index].Type == StateType.Json && value is string json ? new JsonText(json) : value)]);
    }
}

/// <summary>JSON, which some databases tell from text.</summary>
internal readonly record struct JsonText(string Text);
