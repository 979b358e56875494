using AuditWatch.Detection;

namespace AuditWatch.Tests.Detection;

public sealed class DetectionFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Digest_FoldersComeAndGoMeanwhile_IsThatOfWhatIsThere()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "rule.yml"), "title: x");
        var expected = DetectionFiles.ContentHash([_folder.FullName]);
        using var stopping = new CancellationTokenSource();
        var changing = Task.Run(() =>
        {
            while (!stopping.IsCancellationRequested)
            {
                var folders = Enumerable.Range(0, 40).Select(i => Directory.CreateDirectory(Path.Combine(_folder.FullName, $"tactic{i}", "below")).Parent!).ToList();
                folders.ForEach(folder => folder.Delete(recursive: true));
            }
        });

        for (var i = 0; i < 500; i++)
        {
            Assert.Equal(expected, DetectionFiles.ContentHash([_folder.FullName]));
        }

        await stopping.CancelAsync();
        await changing;
    }
}
