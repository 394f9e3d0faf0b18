using System.Runtime.InteropServices;
using System.Text;

namespace TorchSharp.Native;

/// <summary>An ATen operator, looked up at its first call. Trailing arguments left out take the schema's defaults.</summary>
internal sealed unsafe class Operator(string name, string overload = "")
{
    private IntPtr handle;

    /// <summary>Whether this libtorch has the operator.</summary>
    public bool Exists => Find() != IntPtr.Zero;

    public torch.Tensor Call(params ReadOnlySpan<Argument> arguments)
    {
        NativeValue result = default;
        Invoke(arguments, &result, 1);
        return new torch.Tensor((IntPtr)result.Bits);
    }

    /// <summary>Calls for the effect on the first argument, and gives that back.</summary>
    public torch.Tensor InPlace(params ReadOnlySpan<Argument> arguments)
    {
        Invoke(arguments, null, 0);
        return (torch.Tensor)arguments[0].Reference!;
    }

    public (torch.Tensor, torch.Tensor) Pair(params ReadOnlySpan<Argument> arguments)
    {
        NativeValue* results = stackalloc NativeValue[2];
        Invoke(arguments, results, 2);
        return (new((IntPtr)results[0].Bits), new((IntPtr)results[1].Bits));
    }

    public (torch.Tensor, torch.Tensor, torch.Tensor) Triple(params ReadOnlySpan<Argument> arguments)
    {
        NativeValue* results = stackalloc NativeValue[3];
        Invoke(arguments, results, 3);
        return (new((IntPtr)results[0].Bits), new((IntPtr)results[1].Bits), new((IntPtr)results[2].Bits));
    }

    public torch.Tensor[] List(params ReadOnlySpan<Argument> arguments)
    {
        NativeValue result = default;
        Invoke(arguments, &result, 1);
        var tensors = new torch.Tensor[result.Length];
        var handles = (IntPtr*)result.Bits;
        for (int k = 0; k < tensors.Length; k++) tensors[k] = new(handles[k]);
        Entries.st_free_list(handles);
        return tensors;
    }

    public bool Flag(params ReadOnlySpan<Argument> arguments)
    {
        NativeValue result = default;
        Invoke(arguments, &result, 1);
        return result.Bits != 0;
    }

    private IntPtr Find()
    {
        if (handle == IntPtr.Zero) handle = Entries.st_find(name, overload);
        return handle;
    }

    private void Invoke(ReadOnlySpan<Argument> arguments, NativeValue* results, int capacity)
    {
        IntPtr op = Find();
        if (op == IntPtr.Zero) throw Failure.Last();
        NativeValue* values = stackalloc NativeValue[arguments.Length];
        int room = Room(arguments);
        // Lists beyond the stack's share (a large concatenation, say) go to the heap.
        long* heap = room > 256 ? (long*)NativeMemory.Alloc((nuint)room, sizeof(long)) : null;
        long* stack = stackalloc long[heap == null ? room : 0];
        try
        {
            long* free = heap == null ? stack : heap;
            for (int k = 0; k < arguments.Length; k++) free = Write(arguments[k], &values[k], free);
            if (Entries.st_call(op, values, arguments.Length, results, capacity) < 0) throw Failure.Last();
        }
        finally
        {
            if (heap != null) NativeMemory.Free(heap);
        }
    }

    private static int Room(ReadOnlySpan<Argument> arguments)
    {
        int room = 0;
        foreach (ref readonly var argument in arguments)
            room += argument.Reference switch
            {
                Array list when argument.Tag >= Tag.IntList => list.Length,
                string text => Encoding.UTF8.GetMaxByteCount(text.Length) / sizeof(long) + 1,
                _ => 0,
            };
        return room;
    }

    private static long* Write(in Argument argument, NativeValue* value, long* free)
    {
        value->Tag = argument.Tag;
        value->Length = 0;
        value->Bits = argument.Bits;
        switch (argument.Tag)
        {
            case Tag.IntList or Tag.BoolList:
                return Copy<long>((long[])argument.Reference!, value, free);
            case Tag.DoubleList:
                return Copy<double>((double[])argument.Reference!, value, free);
            case Tag.TensorList or Tag.OptionalTensorList:
                var tensors = (torch.Tensor?[])argument.Reference!;
                for (int k = 0; k < tensors.Length; k++) free[k] = tensors[k]?.Handle ?? 0;
                value->Length = tensors.Length;
                value->Bits = (long)free;
                return free + tensors.Length;
            case Tag.String:
                var text = (string)argument.Reference!;
                int capacity = Encoding.UTF8.GetMaxByteCount(text.Length) / sizeof(long) + 1;
                value->Length = Encoding.UTF8.GetBytes(text, new Span<byte>(free, capacity * sizeof(long)));
                value->Bits = (long)free;
                return free + capacity;
            case Tag.Device:
                var device = (torch.Device)argument.Reference!;
                value->Length = (int)device.type;
                value->Bits = device.index;
                return free;
            default:
                return free;
        }
    }

    private static long* Copy<T>(T[] list, NativeValue* value, long* free) where T : unmanaged
    {
        list.CopyTo(new Span<T>(free, list.Length));
        value->Length = list.Length;
        value->Bits = (long)free;
        return free + list.Length;
    }
}
