namespace SuParDsl.Native.Tests;

public sealed class SanitizerTests(Sanitizers sanitizers) : IClassFixture<Sanitizers>
{
    // Its subject is speed alone.
    private const string Everything = "FullyQualifiedName!~ProductsReportTheirSpeed";

    public static TheoryData<PlantedFault> Faults => [.. PlantedFaults.All];

    [SanitizerFact]
    public async Task The_engines_tests_leave_the_sanitizers_silent()
    {
        var (code, said) = await sanitizers.Test("sound", Everything);
        Assert.True(code == 0, said);
        Assert.DoesNotContain("AddressSanitizer", said);
        Assert.DoesNotContain("runtime error", said);
        Assert.Matches(@"Passed! .* Passed: +[1-9]\d+,", said);
    }

    [SanitizerTheory]
    [MemberData(nameof(Faults))]
    public async Task A_planted_fault_is_found(PlantedFault fault)
    {
        var (code, said) = await sanitizers.Test("planted", "FullyQualifiedName~" + fault.Test);
        Assert.NotEqual(0, code);
        Assert.Contains(fault.Report, said);
        Assert.Contains(fault.Function, said);
    }
}
