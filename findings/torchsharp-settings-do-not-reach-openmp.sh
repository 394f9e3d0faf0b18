#!/usr/bin/env bash
# TorchSharp 0.107.0 with libtorch-cpu-linux-x64 2.10.0.
# One expects Environment.SetEnvironmentVariable, called before anything of libtorch is used, to set the number of OpenMP threads.
# .NET keeps its own copy of the environment on Linux. Native libraries read the process's, where the variable is missing.
# A variable that the parent process sets works, as does setenv of the C library, called before the first tensor.
source "$(dirname "$0")/common.sh"
unset OMP_NUM_THREADS

finding '.NET reads 1
the C library reads nothing
after setenv libtorch uses 1 thread' \
  TorchSharp@0.107.0 libtorch-cpu-linux-x64@2.10.0 <<'CS'
using System.Runtime.InteropServices;
using TorchSharp;

Environment.SetEnvironmentVariable("OMP_NUM_THREADS", "1");
Console.WriteLine($".NET reads {Environment.GetEnvironmentVariable("OMP_NUM_THREADS")}");
Console.WriteLine($"the C library reads {Marshal.PtrToStringUTF8(getenv("OMP_NUM_THREADS")) ?? "nothing"}");
setenv("OMP_NUM_THREADS", "1", 1);
Console.WriteLine($"after setenv libtorch uses {Engine.Threads()} thread");

[DllImport("libc")]
static extern nint getenv(string name);

[DllImport("libc")]
static extern int setenv(string name, string value, int overwrite);

static class Engine
{
    public static int Threads() => torch.get_num_threads();
}
CS
