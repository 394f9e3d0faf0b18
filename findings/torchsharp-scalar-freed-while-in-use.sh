#!/usr/bin/env bash
# TorchSharp 0.107.0 with libtorch-cpu-linux-x64 2.10.0.
# One expects x.add_(y, 3.5f), and every other call with a number, to give the same result whatever the garbage collector does.
# The number becomes a Scalar, whose finalizer frees it. TorchSharp passes its bare handle to native code and does not keep the object, so that
# a collection that starts meanwhile, on another thread or in the background, frees the number while libtorch reads it: mostly an
# "Expected false to be true" or "Unknown scalar type", and where threads share a heap sometimes another thread's number, without a word.
# x + y of two tensors has such a number, too: its factor of 1.
# A Scalar in a variable with `using` outlives the call. https://github.com/dotnet/TorchSharp/pull/1434 would do that inside.
source "$(dirname "$0")/common.sh"

export MALLOC_ARENA_MAX=1 # One heap for all threads, as containers often have it.
finding 'x.add_(y, 3.5f) fails within a minute of collections: True
x + y fails within a minute of collections: True
x.add_(y, number) takes the number of another thread within five minutes: True
in 300,000 calls with a Scalar in a variable: 0 failures' \
  TorchSharp@0.107.0 libtorch-cpu-linux-x64@2.10.0 <<'CS'
using System.Diagnostics;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

set_num_threads(1);
using var x = ones(4);
using var y = ones(4);
var stop = false;
var collector = new Thread(() =>
{
    while (!Volatile.Read(ref stop))
    {
        GC.Collect(0);
        GC.WaitForPendingFinalizers();
    }
});
collector.Start();
Console.WriteLine($"x.add_(y, 3.5f) fails within a minute of collections: {Until(60, () => Result(() => zeros_like(x).add_(y, 3.5f)) != 3.5f)}");
Console.WriteLine($"x + y fails within a minute of collections: {Until(60, () => Result(() => x + y) != 2)}");

var found = false;
var threads = Enumerable.Range(2, 6).Select(number => new Thread(() =>
{
    // Not a number where the call failed.
    if (Until(300, () => Volatile.Read(ref found) || (Result(() => zeros_like(x).add_(y, (float)number)) is var sum && sum != number && sum is >= 2 and <= 7)))
    {
        Volatile.Write(ref found, true);
    }
})).ToArray();
foreach (var thread in threads) thread.Start();
foreach (var thread in threads) thread.Join();
Console.WriteLine($"x.add_(y, number) takes the number of another thread within five minutes: {found}");

var failures = 0;
for (var i = 0; i < 300_000; i++)
{
    failures += Result(() => { using var factor = 3.5f.ToScalar(); return zeros_like(x).add_(y, factor); }) == 3.5f ? 0 : 1;
}

Console.WriteLine($"in 300,000 calls with a Scalar in a variable: {failures} failures");
Volatile.Write(ref stop, true);
collector.Join();

static bool Until(double seconds, Func<bool> happens)
{
    for (var watch = Stopwatch.StartNew(); watch.Elapsed.TotalSeconds < seconds;)
    {
        if (happens()) return true;
    }

    return false;
}

static float Result(Func<Tensor> compute)
{
    using var scope = NewDisposeScope();
    try
    {
        return compute().ReadCpuSingle(0);
    }
    catch (ExternalException)
    {
        return float.NaN;
    }
}
CS
