namespace AuditWatch.Events.Changes;

/// <summary>
/// The way to a value of an object, for people: <c>spec.containers[app].image</c>, <c>metadata.labels[example.com/tier]</c>. An element of an array has its name, or its place. Immutable.
/// </summary>
/// <param name="Text">The way.</param>
/// <param name="Key">The last key in it.</param>
/// <param name="Label">What an element that it ends with is called; empty if it ends with a key.</param>
/// <param name="IsHidden">Whether what is there is not to be shown: see <see cref="Redaction"/>.</param>
internal readonly record struct ChangePath(string Text, string Key, string Label, bool IsHidden)
{
    private const int MaxLength = 400;

    /// <summary>The object itself.</summary>
    public static ChangePath Root { get; } = new("", "", "", false);

    /// <summary>Whether it is in what only describes an object or a template of one.</summary>
    public bool IsMetadata => Text.StartsWith("metadata", StringComparison.Ordinal) || Text.Contains(".metadata", StringComparison.Ordinal);

    /// <summary>Whether it ends with a word of a command, of which alone nobody can say whether it is a password.</summary>
    public bool IsWord => Label.Length > 0 && Key is "args" or "command";

    /// <summary>Where an object at this place has a key.</summary>
    public ChangePath Below(string key) => new(
        Join(!key.All(IsPlain) || key.Length == 0 ? $"[{key}]" : Text.Length == 0 ? key : "." + key), key, "",
        IsHidden || Redaction.HidesUnder(key) || (key == "value" && SecretMask.IsTelling(Label)));

    /// <summary>Where an array at this place has an element.</summary>
    public ChangePath Element(string label) => this with { Text = Join($"[{label}]"), Label = label };

    private static bool IsPlain(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '$';

    private string Join(string step) => Text.EndsWith('…') ? Text : Text.Length + step.Length > MaxLength ? Text + "…" : Text + step;
}
