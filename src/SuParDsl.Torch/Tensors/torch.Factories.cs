using TorchSharp.Native;

namespace TorchSharp;

// New tensors like others, and ranges, draws and identities.
public static partial class torch
{
    public static Tensor zeros_like(
        Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Like(Aten.zeros_like, input, dtype, device, requires_grad, names);

    public static Tensor ones_like(
        Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Like(Aten.ones_like, input, dtype, device, requires_grad, names);

    public static Tensor empty_like(
        Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Like(Aten.empty_like, input, dtype, device, requires_grad, names);

    public static Tensor full_like(
        Tensor input, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null)
    {
        RefuseNames(names);
        return Aten.full_like.Call(input, value, dtype, Argument.None, device).with_requires_grad(requires_grad);
    }

    public static Tensor rand_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Like(Aten.rand_like, input, dtype, device, requires_grad, null);

    public static Tensor randn_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Like(Aten.randn_like, input, dtype, device, requires_grad, null);

    public static Tensor randint(
        long high, long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null,
        string[]? names = null) =>
        randint(0, high, size, dtype, device, requires_grad, generator, names);

    public static Tensor randint(
        long low, long high, long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null,
        string[]? names = null)
    {
        RefuseNames(names);
        return Aten.randint_low_generator.Call(low, high, size, generator, dtype ?? ScalarType.Int64, Argument.None, InitializeDevice(device))
            .with_requires_grad(requires_grad);
    }

    public static Tensor randperm(long n, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null) =>
        Aten.randperm_generator.Call(n, generator, dtype ?? ScalarType.Int64, Argument.None,
            InitializeDevice(device)).with_requires_grad(requires_grad);

    public static Tensor arange(Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        arange(0, stop, 1, dtype, device, requires_grad);

    public static Tensor arange(Scalar start, Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        arange(start, stop, 1, dtype, device, requires_grad);

    public static Tensor arange(Scalar start, Scalar stop, Scalar step, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
    {
        bool integral = is_integral(start.Type) && is_integral(stop.Type) && is_integral(step.Type);
        return Aten.arange_start_step.Call(start, stop, step, dtype ?? (integral ? ScalarType.Int64 : defaultType), Argument.None,
            InitializeDevice(device))
            .with_requires_grad(requires_grad);
    }

    public static Tensor linspace(
        double start, double end, long steps, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Aten.linspace.Call(start, end, steps, dtype ?? defaultType, Argument.None, InitializeDevice(device)).with_requires_grad(requires_grad);

    public static Tensor eye(
        long rows, long columns = -1L, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null)
    {
        RefuseNames(names);
        return Aten.eye_m.Call(rows, columns < 0 ? rows : columns, dtype ?? defaultType, Argument.None,
            InitializeDevice(device)).with_requires_grad(requires_grad);
    }

    private static Tensor Like(Operator make, Tensor input, ScalarType? dtype, Device? device, bool requires_grad, string[]? names)
    {
        RefuseNames(names);
        var result = make.Call(input, dtype, Argument.None, device);
        return requires_grad ? result.with_requires_grad() : result;
    }

    private static Tensor Make(Operator make, long[] size, ScalarType? dtype, Device? device, bool requires_grad, string[]? names)
    {
        RefuseNames(names);
        var result = make.Call(size, dtype ?? defaultType, Argument.None, InitializeDevice(device));
        return requires_grad ? result.with_requires_grad() : result;
    }

    private static Tensor Draw(
        Operator make, long[] size, ScalarType? dtype, Device? device, bool requires_grad, Generator? generator, string[]? names)
    {
        RefuseNames(names);
        if (dtype is { } type && is_integral(type))
            throw new ArgumentException($"torch.rand() was passed a bad dtype: {type}. It must be floating point or complex.", nameof(dtype));
        var result = make.Call(size, generator, dtype ?? defaultType, Argument.None, InitializeDevice(device));
        return requires_grad ? result.with_requires_grad() : result;
    }

    private static Tensor Fill(long[] size, Scalar value, ScalarType? dtype, Device? device, bool requires_grad, string[]? names)
    {
        RefuseNames(names);
        return Aten.full.Call(size, value, dtype ?? defaultType, Argument.None, InitializeDevice(device)).with_requires_grad(requires_grad);
    }

    private static void RefuseNames(string[]? names)
    {
        if (names is { Length: > 0 }) throw new NotSupportedException("Named dimensions are not supported.");
    }
}
