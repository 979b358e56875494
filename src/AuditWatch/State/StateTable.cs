namespace AuditWatch.State;

/// <summary>What a column holds.</summary>
public enum StateType
{
    /// <summary>Text.</summary>
    Text,

    /// <summary>A whole number of 64 bits.</summary>
    Number,

    /// <summary>A time in UTC, to the microsecond.</summary>
    Time,

    /// <summary>JSON, as text.</summary>
    Json,

    /// <summary>Bytes.</summary>
    Bytes,
}

/// <summary>A column of a table.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">What it holds; null is a value of every type unless the column is part of the key.</param>
public readonly record struct StateColumn(string Name, StateType Type);

/// <summary>A table of the state. Immutable.</summary>
public sealed class StateTable
{
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);

    /// <summary>A table.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="keys">How many of the first columns are the key.</param>
    /// <param name="columns">The columns, each as <c>name type</c>, with commas between.</param>
    internal StateTable(string name, int keys, string columns)
    {
        Name = name;
        Keys = keys;
        Columns = [.. columns.Split(',', StringSplitOptions.TrimEntries).Select(column => column.Split(' ')).Select(parts => new StateColumn(parts[0], Enum.Parse<StateType>(parts[1], ignoreCase: true)))];
        for (var i = 0; i < Columns.Count; i++)
        {
            _places.Add(Columns[i].Name, i);
        }

        var list = string.Join(", ", Columns.Select(column => column.Name));
        var rest = Columns.Skip(keys).Select(column => $"{column.Name} = excluded.{column.Name}").ToList();
        var key = Columns.Take(keys).Select(column => column.Name).ToList();
        Select = $"SELECT {list} FROM {name}";
        Upsert = $"INSERT INTO {name} ({list}) VALUES ({string.Join(", ", Columns.Select((_, index) => $"${index + 1}"))}) ON CONFLICT ({string.Join(", ", key)}) "
            + (rest.Count == 0 ? "DO NOTHING" : $"DO UPDATE SET {string.Join(", ", rest)}");
        DeleteByKey = $"DELETE FROM {name} WHERE {string.Join(" AND ", key.Select((column, index) => $"{column} = ${index + 1}"))}";
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>How many of the first columns are the key.</summary>
    public int Keys { get; }

    /// <summary>The columns, those of the key first.</summary>
    public IReadOnlyList<StateColumn> Columns { get; }

    internal string Select { get; }

    internal string Upsert { get; }

    internal string DeleteByKey { get; }

    /// <summary>Where among the columns one is.</summary>
    internal int PlaceOf(string column) => _places[column];

    /// <inheritdoc/>
    public override string ToString() => Name;
}
