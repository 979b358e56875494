using AuditWatch.Detection;

namespace AuditWatch.Tests.Detection;

public class RequestSnapshotTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("chosen by the client")]
    [InlineData("c3416ce5-7af3-4418-8679-988f7d4aa6e3")]
    [InlineData("C3416CE5-7AF3-4418-8679-988F7D4AA6E3")]
    [InlineData("{c3416ce5-7af3-4418-8679-988f7d4aa6e3}")]
    [InlineData("c3416ce57af344188679988f7d4aa6e3")]
    [InlineData(" c3416ce5-7af3-4418-8679-988f7d4aa6e3")]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    public void AuditId_AnyText_IsWhatWasGiven(string? id) => Assert.Equal(id, new RequestSnapshot { AuditId = id }.AuditId);

    [Fact]
    public void SharingWith_Another_ChangesNothing()
    {
        var first = new RequestSnapshot { AuditId = "a", Verb = "get", RequestUri = new string('u', 3), ObjectRef = new ObjectReference(null, "pods", "exec", "web", "shell"), Command = "id", Code = 101 };
        var second = first with { AuditId = "b", RequestUri = new string('u', 3), ObjectRef = new ObjectReference(null, "pods", "exec", "web", "shell"), Command = "ls", Code = 403 };

        var shared = second.SharingWith(first);

        Assert.Equal(second, shared);
        Assert.Same(first.RequestUri, shared.RequestUri);
        Assert.Same(first.ObjectRef, shared.ObjectRef);
    }
}
