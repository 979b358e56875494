using AuditWatch.Events.Json;

namespace AuditWatch.Events;

/// <summary>
/// Makes text for people of the values of fields: secrets are left out or masked, and the length is bounded. The text is still an attacker's: whoever shows it
/// escapes it for the medium. Safe for any number of threads.
/// </summary>
internal static class EventText
{
    // Long enough for a service account's name and for most commands; short enough for a line of an alert.
    private const int MaxLength = 512;
    private const int MaxMasked = 16 * MaxLength;
    private const int MaxValues = 10;

    /// <summary>The field's values, joined by a comma; null if the event has none.</summary>
    public static string? Of(in AuditEvent auditEvent, FieldPath field)
    {
        var texts = new Texts(field.LeadsIntoBody && Redaction.Hides(auditEvent, field.Name));
        field.Any(auditEvent, texts);
        return texts.Joined;
    }

    /// <summary>One value below an array or object of the event.</summary>
    /// <param name="auditEvent">The event.</param>
    /// <param name="path">The full path, by which it is decided whether the value may be shown.</param>
    /// <param name="root">The value that <paramref name="below"/> begins at.</param>
    /// <param name="below">Where from there.</param>
    public static string? Of(in AuditEvent auditEvent, string path, JsonValue root, RelativePath below)
    {
        var texts = new Texts(Redaction.Hides(auditEvent, path));
        below.Any(root, texts);
        return texts.Joined;
    }

    /// <summary>One value that stands in no body; null if it is no scalar.</summary>
    public static string? Of(JsonValue value) => value.IsScalar ? InternedText.Of(value).Shown : null;

    /// <summary>As <see cref="Of(JsonValue)"/>, for a value that hardly ever comes again.</summary>
    public static string? OfUnique(JsonValue value) => value.IsScalar ? Show(value.ToString()) : null;

    /// <summary>The text without what is secret in it, and not too long.</summary>
    internal static string Show(string text) => Shorten(Mask(text));

    // What is far beyond what is shown need not be looked through.
    private static string Mask(string text) => SecretMask.Mask(text.Length <= MaxMasked ? text : text[..MaxMasked]);

    private static string Shorten(string text)
    {
        if (text.Length <= MaxLength)
        {
            return text;
        }

        var end = char.IsHighSurrogate(text[MaxLength - 2]) ? MaxLength - 2 : MaxLength - 1;
        return string.Concat(text.AsSpan(0, end), "…");
    }

    // What is to be hidden is not even made a string.
    private sealed class Texts(bool areHidden) : IValueVisitor
    {
        private static readonly InternedText Object = new("{…}");
        private static readonly InternedText Null = new("null");
        private static readonly InternedText Hidden = new(SecretMask.Hidden);

        // Nearly every field has one value.
        private InternedText? _only;
        private List<string>? _texts;
        private bool _more;

        public string? Joined => _only is null ? null
            : _texts is null ? _only.Shown
            : Shorten(Mask(string.Join(", ", _texts)) + (_more ? ", …" : ""));

        public bool Visit(JsonValue value)
        {
            if (areHidden)
            {
                _only = Hidden;
                return true;
            }

            var known = value.Kind switch
            {
                JsonKind.Object => Object,
                JsonKind.Null => Null,
                _ => InternedText.Of(value),
            };
            if (_only is null)
            {
                _only = known;
                return false;
            }

            var text = known.Text;
            if (_only.Text == text || (_texts ??= [_only.Text]).Contains(text, StringComparer.Ordinal))
            {
                return false;
            }

            _more = _texts.Count == MaxValues;
            if (!_more)
            {
                _texts.Add(text);
            }

            return _more;
        }
    }
}
