namespace AuditWatch.Notifications;

/// <summary>
/// A token, password or address that is a secret: read from a file or the environment, never printed. Everything that turns it into text
/// by accident (logging, string interpolation, a debugger, JSON) gets <c>&lt;secret&gt;</c>.
/// </summary>
[System.Text.Json.Serialization.JsonConverter(typeof(SecretJsonConverter))]
[System.Diagnostics.DebuggerDisplay("<secret>")]
public sealed class Secret(string value)
{
    /// <summary>The secret itself, to be handed to the service it is for and to nobody else.</summary>
    public string Reveal() => value;

    /// <summary><c>&lt;secret&gt;</c>.</summary>
    public override string ToString() => "<secret>";

    private sealed class SecretJsonConverter : System.Text.Json.Serialization.JsonConverter<Secret>
    {
        public override Secret Read(ref System.Text.Json.Utf8JsonReader reader, Type typeToConvert, System.Text.Json.JsonSerializerOptions options) =>
            throw new NotSupportedException("A secret is not read from JSON.");

        public override void Write(System.Text.Json.Utf8JsonWriter writer, Secret value, System.Text.Json.JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString());
    }
}
