using AuditWatch.Yaml;

namespace AuditWatch.Notifications;

/// <summary>Settings whose value is a secret: it stands in a file or an environment variable, and only the name of that in the configuration.</summary>
internal static class SecretSetting
{
    /// <summary>Whether the settings speak of the secret at all, rightly or wrongly.</summary>
    public static bool IsThere(YamlMap settings, string name) =>
        settings.TryGet(name, out _) | settings.TryGet($"{name}File", out _) | settings.TryGet($"{name}Env", out _);

    /// <summary>
    /// The secret that <c>{name}File</c> or <c>{name}Env</c> leads to, without the line break at its end; null if there is none.
    /// What is wrong is reported, and so is that neither key is there.
    /// </summary>
    /// <param name="settings">Where the keys are. The path of a file may be relative to the file of the settings.</param>
    /// <param name="name">What the secret is, such as <c>apiUrl</c>.</param>
    /// <param name="diagnostics">Takes what is wrong; never the secret.</param>
    public static Secret? Read(YamlMap settings, string name, Diagnostics diagnostics)
    {
        var (fileKey, variableKey) = ($"{name}File", $"{name}Env");
        var (file, variable) = (settings.String(fileKey), settings.String(variableKey));
        if (settings.TryGet(name, out var literal))
        {
            diagnostics.Error(literal.Location, $"a secret does not belong in this file: write it to a file of its own and name that with '{fileKey}', or use '{variableKey}'");
            return null;
        }

        switch (file, variable)
        {
            case (null, null):
                diagnostics.Error(settings.Location, $"'{fileKey}' is missing: name the file that holds the secret, or with '{variableKey}' the environment variable");
                return null;
            case (not null, not null):
                diagnostics.Error(settings.LocationOf(variableKey), $"either '{fileKey}' or '{variableKey}' can be there, not both");
                return null;
            case (not null, _):
                return ReadFile(settings, file, settings.LocationOf(fileKey), diagnostics);
            default:
                var value = Environment.GetEnvironmentVariable(variable!);
                return NotEmpty(value ?? "", $"the environment variable '{variable}' is not set", settings.LocationOf(variableKey), diagnostics);
        }
    }

    /// <summary>As <see cref="Read"/>, of a secret that goes into a header: a single word in ASCII.</summary>
    public static Secret? ReadToken(YamlMap settings, string name, Diagnostics diagnostics)
    {
        var token = Read(settings, name, diagnostics);
        if (token is null || token.Reveal().All(c => c is > ' ' and <= '~'))
        {
            return token;
        }

        diagnostics.Error(settings.Location, $"the secret of '{name}' is not a key or token: that is a single word in ASCII");
        return null;
    }

    /// <summary>The secret in a file, as <see cref="Read"/> has it.</summary>
    /// <param name="settings">What the file's path may be relative to.</param>
    /// <param name="file">The file.</param>
    /// <param name="location">Where it is named.</param>
    /// <param name="diagnostics">Takes what is wrong.</param>
    public static Secret? ReadFile(YamlMap settings, string file, SourceLocation location, Diagnostics diagnostics) =>
        NotEmpty(Text(settings, file, location, diagnostics), $"the file '{file}' is empty", location, diagnostics);

    private static string? Text(YamlMap settings, string file, SourceLocation location, Diagnostics diagnostics)
    {
        try
        {
            return File.ReadAllText(settings.Location.Resolve(file));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentException)
        {
            diagnostics.MissingSecret(location, $"the secret cannot be read: {problem.Message}");
            return null;
        }
    }

    // Null has been reported already.
    private static Secret? NotEmpty(string? text, string otherwise, SourceLocation location, Diagnostics diagnostics)
    {
        var secret = text?.TrimEnd('\r', '\n');
        if (string.IsNullOrWhiteSpace(secret))
        {
            if (secret is not null)
            {
                diagnostics.MissingSecret(location, otherwise);
            }

            return null;
        }

        return new Secret(secret);
    }
}
