using AuditWatch.State;

namespace AuditWatch.Tests.State;

public class MemoryStateStoreTests : StateStoreContract
{
    protected override IStateStore Open() => new MemoryStateStore();
}
