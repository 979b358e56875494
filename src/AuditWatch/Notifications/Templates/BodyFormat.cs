using System.Text.Encodings.Web;

namespace AuditWatch.Notifications.Templates;

/// <summary>What the body of a request is, and so how a text is put into it.</summary>
/// <param name="ContentType">Its media type.</param>
/// <param name="Encoder">Encodes every text that a template puts out, so that none can end the value it stands in.</param>
internal sealed record BodyFormat(string ContentType, TextEncoder Encoder)
{
    /// <summary>JSON: texts belong between quotes.</summary>
    public static readonly BodyFormat Json = new("application/json", JavaScriptEncoder.Default);

    /// <summary>The fields of a form, as <c>name=text&amp;…</c>.</summary>
    public static readonly BodyFormat Form = new("application/x-www-form-urlencoded", UrlEncoder.Default);
}
