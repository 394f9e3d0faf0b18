using System.Diagnostics;
using System.Runtime.InteropServices;
using TorchSharp;
using TorchSharp.Native;
using Xunit.Abstractions;
using static TorchSharp.torch;

namespace SuParDsl.Torch.Tests;

public class EngineTests(ITestOutputHelper output)
{
    [DllImport("libc")]
    private static extern IntPtr getenv([MarshalAs(UnmanagedType.LPUTF8Str)] string name);

    [Fact]
    public void TheNativeEnvironmentIsSetBeforeLibtorchLoads()
    {
        ones(1).Dispose();
        string expected = Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") ?? "PASSIVE";
        Assert.Equal(expected, Marshal.PtrToStringUTF8(getenv("OMP_WAIT_POLICY")));
    }

    [Fact]
    public void TheNativePartIsNeverTheWorkingFolders()
    {
        string before = Environment.CurrentDirectory, folder = Directory.CreateTempSubdirectory("supardsl-").FullName;
        string own = Path.Combine(AppContext.BaseDirectory, "libsupar_torch.so"), other = Path.Combine(folder, "libsupar_torch.so");
        File.WriteAllText(other, "");
        try
        {
            Environment.CurrentDirectory = folder;
            Assert.Equal(own, Library.FileFor(""));
            Assert.Equal(own, Library.FileFor(Path.Combine(folder, "none", "SuParDsl.Torch.dll")));
            Assert.Equal(other, Library.FileFor(Path.Combine(folder, "SuParDsl.Torch.dll")));
        }
        finally
        {
            Environment.CurrentDirectory = before;
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void ProductsReportTheirSpeed()
    {
        int threads = get_num_threads();
        set_num_threads(1);
        Tensor a = ones(1024, 1024), b = ones(1024, 1024);
        a.matmul(b).Dispose();
        var watch = Stopwatch.StartNew();
        for (int k = 0; k < 5; k++) a.matmul(b).Dispose();
        output.WriteLine($"{10 * Math.Pow(1024, 3) / watch.Elapsed.TotalSeconds / 1e9:F0} GFLOP/s on one thread, libtorch {__version__}");
        set_num_threads(threads);
    }
}
