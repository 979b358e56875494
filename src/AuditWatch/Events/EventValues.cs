using AuditWatch.Events.Json;

namespace AuditWatch.Events;

/// <summary>The values of a field as texts to compare, each for itself: what must not be shown is not among them, and tokens are masked.</summary>
internal static class EventValues
{
    /// <summary>The most values of a field: more subjects than any binding that people write has.</summary>
    public const int MaxValues = 4096;

    // Longer than any name in Kubernetes; of longer texts the beginning is compared.
    private const int MaxLength = 1024;

    /// <summary>The values, each once, in their order.</summary>
    public static IReadOnlyList<string> Of(in AuditEvent auditEvent, FieldPath field)
    {
        if (field.LeadsIntoBody && Redaction.Hides(auditEvent, field.Name))
        {
            return [];
        }

        var texts = new Texts();
        field.Any(auditEvent, texts);
        return texts.All;
    }

    private sealed class Texts : IValueVisitor
    {
        private string? _only;
        private HashSet<string>? _known;
        private List<string>? _all;

        public IReadOnlyList<string> All => _all ?? (IReadOnlyList<string>)(_only is null ? [] : [_only]);

        public bool Visit(JsonValue value)
        {
            if (!value.IsScalar)
            {
                return false;
            }

            var text = SecretMask.Mask(InternedText.Of(value).Text);
            text = text.Length > MaxLength ? text[..MaxLength] : text;
            if (_only is null)
            {
                _only = text;
                return false;
            }

            _known ??= new HashSet<string>(StringComparer.Ordinal) { _only };
            _all ??= [_only];
            if (_known.Add(text))
            {
                _all.Add(text);
            }

            return _all.Count == MaxValues;
        }
    }
}
