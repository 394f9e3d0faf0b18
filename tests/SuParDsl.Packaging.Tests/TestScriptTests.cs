namespace SuParDsl.Packaging.Tests;

/// <summary>Tests what test.sh prints about test projects.</summary>
public sealed class TestScriptTests : IDisposable
{
    private readonly Sandbox sandbox = new("test.sh");

    public TestScriptTests()
    {
        sandbox.Script("setup.sh", "");
        sandbox.Script("scripts/build.sh", """[ "$1" = SuParDsl.sln ] && [ ! -e "$HERE/broken" ]""");
        sandbox.Write("tests/Some.Tests/Some.Tests.csproj", "");
        sandbox.Write("tests/Skipped.Tests/Skipped.Tests.csproj", "");
        sandbox.Write("tests/None.Tests/None.Tests.csproj", "");
        sandbox.Program("dotnet", """
            case "$*" in
              "test tests/Some.Tests/"*) printf '     Passed: 3\n    Skipped: 1\n' ;;
              "test tests/Skipped.Tests/"*) printf '    Skipped: 6\n' ;;
            esac
            """);
    }

    public void Dispose() => sandbox.Dispose();

    [Theory]
    [InlineData("Some", "3 passed, 0 failed, 1 skipped")]
    [InlineData("Skipped", "0 passed, 0 failed, 6 skipped")]
    [InlineData("None", "0 passed, 0 failed, 0 skipped")]
    [InlineData("", "3 passed, 0 failed, 7 skipped")]
    public void Projects_are_counted_whatever_is_in_them(string name, string last)
    {
        var (code, said) = sandbox.Run("test.sh", name);
        Assert.Equal((0, last), (code, said.Trim().Split('\n')[^1]));
    }

    [Fact]
    public void A_failed_test_is_printed_in_its_place_and_again_before_the_counts()
    {
        sandbox.Program("dotnet", """
            [ "$2" = tests/Some.Tests/Some.Tests.csproj ] || exit 0
            printf '  Passed A.Good [1 ms]\n  Failed A.Bad [2 ms]\n'
            printf '  Error Message:\n   it differs\n  Stack Trace:\n   at A.Bad()\n'
            printf '  Passed A.Better [1 ms]\n     Passed: 2\n     Failed: 1\n'
            exit 1
            """);
        var (code, said) = sandbox.Run("test.sh");
        const string Failure = "  Failed A.Bad [2 ms]\n  Error Message:\n   it differs\n";
        Assert.Equal(1, code);
        Assert.DoesNotContain("A.Good", said, StringComparison.Ordinal);
        Assert.Equal(3, said.Split(Failure).Length);
        Assert.EndsWith(Failure + "  Stack Trace:\n2 passed, 1 failed, 0 skipped\n", said, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_is_no_projects_is_refused() =>
        Assert.Equal((2, "test.sh: no test project's name contains 'Another'\n"), sandbox.Run("test.sh", "Another"));

    [Fact]
    public void A_build_that_fails_is_a_failure()
    {
        sandbox.Write("broken", "");
        Assert.Equal((1, "0 passed, 1 failed\n"), sandbox.Run("test.sh"));
    }
}
