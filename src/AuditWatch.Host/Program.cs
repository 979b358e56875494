using System.Text;
using AuditWatch.Host.Commands;
using AuditWatch.Notifications.Console;

Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
return await CommandLine.RunAsync(args, StandardOutput.Open(), CancellationToken.None);
