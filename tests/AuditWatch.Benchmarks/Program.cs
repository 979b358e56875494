using System.Text;
using AuditWatch.Benchmarks;
using AuditWatch.State;
using BenchmarkDotNet.Running;

// generate EVENTS FILE [SEED]     writes traffic to measure with
// detections COUNT FOLDER         writes detections to measure with
// stages FILE [DETECTIONS]        says where the time of a scan goes
// rules FILE [DETECTIONS]         says which detections cost most
// storm [DETECTIONS]              adds up the findings of millions of actors, and says what composites take of that
// composites                      joins the findings of steps while a hundred thousand facts wait
// live WEBHOOK TOKEN RECEIVER CONNECTIONS RATE SECONDS     posts to a running service and takes its notifications
// attack WEBHOOK PROCESS CALM SECONDS RECEIVER×3 TOKEN×3     attacks a running service beside an honest stream, see attack.sh
// history COUNT DIRECTORY         searches a state with very many alerts, which it makes; or history COUNT FILE with a connection string of PostgreSQL
// pages SERVICE INCIDENTS PAGES SECONDS     asks a running service for its page, see page.sh
// validate FILE                   the events a second of a JSON reader that does nothing else
// anything else goes to BenchmarkDotNet
if (args is ["generate", var events, var file, .. var rest])
{
    var traffic = new Traffic(rest is [var seed] ? int.Parse(seed, System.Globalization.CultureInfo.InvariantCulture) : 1);
    await using var writer = new StreamWriter(file, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
    var text = new StringBuilder();
    for (var i = int.Parse(events, System.Globalization.CultureInfo.InvariantCulture); i > 0; i--)
    {
        traffic.AppendTo(text);
        await writer.WriteAsync(text);
        text.Clear();
    }

    return;
}

if (args is ["stages", var log, .. var folders])
{
    await Stages.MeasureAsync(log, folders is [] ? ["detections"] : folders, rounds: 6);
    return;
}

if (args is ["detections", var count, var folder])
{
    GeneratedDetections.Write(int.Parse(count, System.Globalization.CultureInfo.InvariantCulture), folder);
    return;
}

if (args is ["rules", var audited, .. var shown])
{
    await Rules.MeasureAsync(audited, shown is [] ? ["detections"] : shown);
    return;
}

if (args is ["storm", .. var stormy])
{
    Storm.Measure(stormy is [] ? ["detections"] : stormy, rounds: 3);
    Storm.MeasureComposites(stormy is [] ? ["detections"] : stormy, rounds: 3);
    return;
}

if (args is ["composites"])
{
    Composites.Measure(rounds: 3);
    return;
}

if (args is ["live", var webhook, var token, var receiver, .. [var connections, var rate, var seconds]])
{
    var invariant = System.Globalization.CultureInfo.InvariantCulture;
    await Live.RunAsync(new Uri(webhook), token, receiver, int.Parse(connections, invariant), int.Parse(rate, invariant), int.Parse(seconds, invariant));
    return;
}

if (args is ["attack", var attacked, var process, var calm, var lasts, var well, var resting, var silent, .. { Length: 3 } tokens])
{
    var invariant = System.Globalization.CultureInfo.InvariantCulture;
    Environment.ExitCode = await Attack.RunAsync(new Uri(attacked), int.Parse(process, invariant), [well, resting, silent], tokens, int.Parse(calm, invariant), int.Parse(lasts, invariant)) ? 0 : 1;
    return;
}

if (args is ["history", var alerts, var place])
{
    await History.MeasureAsync(
        File.Exists(place) ? new StateSettings { ConnectionStringFile = place } : new StateSettings { Directory = place }, int.Parse(alerts, System.Globalization.CultureInfo.InvariantCulture));
    return;
}

if (args is ["pages", var page, .. [var incidents, var pages, var lasting]])
{
    var invariant = System.Globalization.CultureInfo.InvariantCulture;
    await Pages.MeasureAsync(new Uri(page), int.Parse(incidents, invariant), int.Parse(pages, invariant), int.Parse(lasting, invariant));
    return;
}

if (args is ["validate", var lines])
{
    Console.WriteLine($"{Stages.ValidationRate(lines):F0}");
    return;
}

BenchmarkSwitcher.FromAssembly(typeof(ScanBenchmarks).Assembly).Run(args);
