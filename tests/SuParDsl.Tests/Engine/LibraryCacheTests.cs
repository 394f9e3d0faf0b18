using System.Runtime.Versioning;
using SuParDsl.Engine;

namespace SuParDsl.Tests.Engine;

[SupportedOSPlatform("linux")]
public sealed class LibraryCacheTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("supardsl-cache-").FullName;

    private string At => Path.Combine(folder, "library.so");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_file_is_written_for_its_owner_alone()
    {
        LibraryCache.Publish(At, [1, 2, 3]);
        Assert.Equal([1, 2, 3], File.ReadAllBytes(At));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(At));
        Assert.Single(Directory.GetFiles(folder));
    }

    [Theory]
    [InlineData(new byte[] { 1, 2, 4 })]
    [InlineData(new byte[] { 1, 2 })]
    [InlineData(new byte[0])]
    public void A_file_with_other_bytes_is_replaced(byte[] others)
    {
        File.WriteAllBytes(At, others);
        LibraryCache.Publish(At, [1, 2, 3]);
        Assert.Equal([1, 2, 3], File.ReadAllBytes(At));
        Assert.Single(Directory.GetFiles(folder));
    }

    [Fact]
    public void A_file_with_the_same_bytes_stays()
    {
        LibraryCache.Publish(At, [1, 2, 3]);
        var before = File.GetLastWriteTimeUtc(At).AddDays(-1);
        File.SetLastWriteTimeUtc(At, before);
        LibraryCache.Publish(At, [1, 2, 3]);
        Assert.Equal(before, File.GetLastWriteTimeUtc(At));
    }

    [Fact]
    public void Concurrent_writers_leave_a_complete_file()
    {
        var content = new byte[1 << 20];
        new Random(2).NextBytes(content);
        Parallel.For(0, 32, _ =>
        {
            LibraryCache.Publish(At, content);
            Assert.Equal(content, File.ReadAllBytes(At));
        });
        Assert.Single(Directory.GetFiles(folder));
    }

    [Fact]
    public void A_path_that_cannot_be_written_is_an_error_and_leaves_nothing()
    {
        File.WriteAllBytes(At, [1]);
        Assert.ThrowsAny<IOException>(() => LibraryCache.Publish(Path.Combine(At, "below-a-file.so"), [1, 2, 3]));
        Assert.Single(Directory.GetFiles(folder));
    }

    [Fact]
    public void A_temporary_folder_is_for_its_owner_alone_and_is_deleted()
    {
        var (path, mode) = LibraryCache.InPrivateFolder("library.so", [1, 2, 3], static path =>
        {
            Assert.Equal([1, 2, 3], File.ReadAllBytes(path));
            return (path, File.GetUnixFileMode(Path.GetDirectoryName(path)!));
        });
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, mode);
        Assert.False(Directory.Exists(Path.GetDirectoryName(path)));
    }

    [Fact]
    public void A_temporary_folder_is_deleted_even_if_its_use_fails()
    {
        var used = "";
        Assert.Throws<InvalidOperationException>(() => LibraryCache.InPrivateFolder<int>("library.so", [1], path =>
        {
            used = path;
            throw new InvalidOperationException();
        }));
        Assert.False(Directory.Exists(Path.GetDirectoryName(used)));
    }
}
