using System.CommandLine;
using AuditWatch.Configuration;
using AuditWatch.State;

namespace AuditWatch.Host.Commands;

/// <summary>The options of commands that look into a state: where it is.</summary>
internal sealed class StateOptions
{
    private readonly Option<string> _state = new("--state")
    {
        Description = "The state directory of the service.",
        HelpName = "DIR",
    };

    private readonly Option<string> _config = new("--config")
    {
        Description = "The service's configuration, instead of --state: it names the directory or the database.",
        HelpName = "auditwatch.yaml",
    };

    /// <summary>Adds the options to a command.</summary>
    public static StateOptions AddTo(Command command)
    {
        var options = new StateOptions();
        command.Options.Add(options._state);
        command.Options.Add(options._config);
        command.Validators.Add(result =>
        {
            if (result.GetValue(options._state) is null == result.GetValue(options._config) is null)
            {
                result.AddError("Either '--state' or '--config' says where the state is.");
            }
        });
        return options;
    }

    /// <summary>The state that the command line names.</summary>
    /// <exception cref="UsageException">The configuration is wrong.</exception>
    /// <exception cref="StateException">There is no state.</exception>
    public StateInspection Inspect(ParseResult arguments)
    {
        if (arguments.GetValue(_config) is not { } file)
        {
            return StateInspection.Of(new StateSettings { Directory = arguments.GetRequiredValue(_state) });
        }

        var diagnostics = new Diagnostics();
        return StateInspection.Of(ConfigurationFile.LoadState(file, diagnostics) ?? throw new UsageException(string.Join('\n', diagnostics)));
    }
}
