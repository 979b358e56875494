using AuditWatch.State;
using AuditWatch.State.Journaling;
using FsCheck;
using FsCheck.Fluent;

namespace AuditWatch.Tests.State.Journaling;

public class ChangeEncodingTests
{
    [Fact]
    public void Read_AnyChangesWritten_GivesThem() => Prop.ForAll(
        (from table in Gen.Elements("t", "über", new string('x', 255))
         from key in ArbMap.Default.GeneratorFor<NonEmptyString>()
         from value in ArbMap.Default.GeneratorFor<byte[]?>()
         select (table, key.Get, value)).ListOf().ToArbitrary(),
        written =>
        {
            var changes = new StateChanges();
            foreach (var (table, key, value) in written)
            {
                if (value is null)
                {
                    changes.Delete(table, key);
                }
                else
                {
                    changes.Put(table, key, value);
                }
            }

            var bytes = Frame.Encode(changes.All).AsSpan(Frame.HeaderSize);
            var reader = ChangeEncoding.Read(bytes);
            foreach (var change in changes.All)
            {
                Assert.True(reader.MoveNext());
                Assert.Equal((change.Table, change.Key, change.Value?.Length), (reader.Table, reader.Key, reader.ValueLength));
                Assert.Equal(change.Value.GetValueOrDefault().ToArray(), bytes.Slice(reader.ValueOffset, reader.ValueLength ?? 0).ToArray());
            }

            Assert.False(reader.MoveNext());
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Read_AnyBytes_GivesChangesOrSaysThatTheyAreNone() => Prop.ForAll(
        Gen.Choose(0, 5).Select(value => (byte)value).ArrayOf(30).ToArbitrary(),
        bytes =>
        {
            try
            {
                for (var reader = ChangeEncoding.Read(bytes); reader.MoveNext();)
                {
                    Assert.InRange(reader.ValueOffset + (reader.ValueLength ?? 0), 0, bytes.Length);
                }
            }
            catch (InvalidDataException)
            {
            }
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(new byte[] { 2, 1, 116, 1, 0, 107 })]
    [InlineData(new byte[] { 0, 1, 116, 2, 0, 107 })]
    [InlineData(new byte[] { 1, 1, 116, 1, 0, 107, 255, 255, 255, 255 })]
    public void Read_NoChanges_SaysSo(byte[] bytes) => Assert.Throws<InvalidDataException>(() => ChangeEncoding.Read(bytes).MoveNext());
}
