using SuParDsl.Lab.Runs;
namespace SuParDsl.Lab.Tests.Runs;

public sealed class GitCommitTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_commit_is_named_and_marked_where_files_differ()
    {
        Assert.Null(GitCommit.Of(folder.Path));
        folder.Write("file", "one");
        Git("init", "-q");
        Git("add", "file");
        Git("-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "-q", "-m", "one");
        Git("tag", "v1");
        var commit = Git("rev-parse", "HEAD").Trim();
        Assert.Equal(commit, GitCommit.Of(folder.Path));
        folder.Write("new", "not tracked");
        Assert.Equal(commit, GitCommit.Of(folder.Path));
        folder.Write("file", "two");
        Assert.Equal(commit + "+dirty", GitCommit.Of(folder.Path));
    }

    private string Git(params string[] arguments)
    {
        var (code, output, error) = OtherProgram.Run("git", ["-C", folder.Path, .. arguments]);
        Assert.True(code == 0, error);
        return output;
    }
}
