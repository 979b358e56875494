using System.Text;
using AuditWatch.State;

namespace AuditWatch.Tests.State;

/// <summary>Changes to records, and records, as text.</summary>
internal static class Changes
{
    /// <summary>Changes; without a value one deletes.</summary>
    public static StateChanges Of(params IEnumerable<(StateTable Table, string Key, string? Value)> changes)
    {
        var result = new StateChanges();
        foreach (var (table, key, value) in changes)
        {
            if (value is null)
            {
                result.Delete(table, key);
            }
            else
            {
                result.Put(table, key, Encoding.UTF8.GetBytes(value));
            }
        }

        return result;
    }

    public static string Text(StateRow row) => $"{row.Text("key")}={Encoding.UTF8.GetString(row.Bytes("value").Span)}";
}
