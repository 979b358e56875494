using System.CommandLine;
using AuditWatch.Configuration;

namespace AuditWatch.Host.Client;

/// <summary>The options of commands that talk to a running service.</summary>
internal sealed class ServiceOptions
{
    private readonly Option<string> _url = new("--url")
    {
        Description = $"The service: http://ADDRESS or https://ADDRESS, or unix:DIR with its state directory. Default: ${ServiceAddress.Variable}, else http://{ListenAddress.Default}.",
        HelpName = "URL",
    };

    private readonly Option<string> _config = new("--config")
    {
        Description = "The service's configuration, instead of --url: its state directory leads to the service.",
        HelpName = "auditwatch.yaml",
    };

    private readonly Option<string> _token = new("--token-file")
    {
        Description = $"A file with the token of 'auditwatch token create', from another machine than the service's. Default: ${ServiceToken.Variable}.",
        HelpName = "FILE",
    };

    /// <summary>Adds the options to a command.</summary>
    public static ServiceOptions AddTo(Command command)
    {
        var options = new ServiceOptions();
        command.Options.Add(options._url);
        command.Options.Add(options._config);
        command.Options.Add(options._token);
        command.Validators.Add(result =>
        {
            if (result.GetValue(options._url) is not null && result.GetValue(options._config) is not null)
            {
                result.AddError("Either '--url' or '--config' says where the service is, not both.");
            }
        });
        return options;
    }

    /// <summary>A client of the service that the command line names.</summary>
    /// <exception cref="UsageException">It names none that could be, or a token that cannot be sent there.</exception>
    public ServiceClient Connect(ParseResult arguments)
    {
        var variable = Environment.GetEnvironmentVariable(ServiceAddress.Variable);
        var address = arguments.GetValue(_config) is { } file ? ServiceAddress.FromConfiguration(file)
            : ServiceAddress.Parse(arguments.GetValue(_url) ?? (string.IsNullOrEmpty(variable) ? $"http://{ListenAddress.Default}" : variable));
        return new ServiceClient(address, ServiceToken.Read(arguments.GetValue(_token), address));
    }
}
