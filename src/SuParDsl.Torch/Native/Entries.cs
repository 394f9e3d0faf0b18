using System.Runtime.InteropServices;

namespace TorchSharp.Native;

/// <summary>The C surface of supar_torch.cpp. The shortest reads skip the garbage collector's transition.</summary>
internal static unsafe class Entries
{
    [DllImport(Library.Name)] public static extern IntPtr st_error();
    [DllImport(Library.Name)] public static extern IntPtr st_version();
    [DllImport(Library.Name)] public static extern long st_live_tensors();

    [DllImport(Library.Name)] public static extern IntPtr st_find([MarshalAs(UnmanagedType.LPUTF8Str)] string name,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string overload);
    [DllImport(Library.Name)] public static extern int st_call(IntPtr op, NativeValue* arguments, int count, NativeValue* results, int capacity);
    [DllImport(Library.Name)] public static extern void st_free_list(void* list);

    [DllImport(Library.Name)] public static extern void st_free(IntPtr tensor);
    [DllImport(Library.Name)] public static extern IntPtr st_alias(IntPtr tensor);
    [DllImport(Library.Name), SuppressGCTransition] public static extern long st_dim(IntPtr tensor);
    [DllImport(Library.Name), SuppressGCTransition] public static extern long st_numel(IntPtr tensor);
    [DllImport(Library.Name), SuppressGCTransition] public static extern int st_dtype(IntPtr tensor);
    [DllImport(Library.Name), SuppressGCTransition] public static extern long st_element_size(IntPtr tensor);
    [DllImport(Library.Name), SuppressGCTransition] public static extern int st_device_type(IntPtr tensor);
    [DllImport(Library.Name), SuppressGCTransition] public static extern int st_device_index(IntPtr tensor);
    [DllImport(Library.Name)] public static extern long st_storage_offset(IntPtr tensor);
    [DllImport(Library.Name), SuppressGCTransition] public static extern int st_is_contiguous(IntPtr tensor);
    [DllImport(Library.Name)] public static extern int st_is_sparse(IntPtr tensor);
    [DllImport(Library.Name), SuppressGCTransition] public static extern void st_sizes(IntPtr tensor, long* sizes);
    [DllImport(Library.Name)] public static extern int st_strides(IntPtr tensor, long* strides);
    [DllImport(Library.Name)] public static extern int st_data(IntPtr tensor, void** data);
    [DllImport(Library.Name)] public static extern int st_item(IntPtr tensor, NativeValue* result);

    [DllImport(Library.Name)] public static extern int st_requires_grad(IntPtr tensor);
    [DllImport(Library.Name)] public static extern int st_is_leaf(IntPtr tensor);
    [DllImport(Library.Name)] public static extern int st_set_requires_grad(IntPtr tensor, int value);
    [DllImport(Library.Name)] public static extern int st_retain_grad(IntPtr tensor);
    [DllImport(Library.Name)] public static extern int st_grad(IntPtr tensor, IntPtr* grad);
    [DllImport(Library.Name)] public static extern int st_set_grad(IntPtr tensor, IntPtr grad);
    [DllImport(Library.Name)] public static extern int st_backward(IntPtr* tensors, int count, IntPtr* grads, int gradCount, int retainGraph,
        int createGraph, IntPtr* inputs, int inputCount);
    [DllImport(Library.Name)] public static extern int st_autograd_grad(IntPtr* outputs, int outputCount, IntPtr* inputs, int inputCount,
        IntPtr* grads, int gradCount, int retainGraph, int createGraph, int allowUnused, IntPtr* results);
    [DllImport(Library.Name)] public static extern int st_grad_enabled();
    [DllImport(Library.Name)] public static extern void st_set_grad_enabled(int value);
    [DllImport(Library.Name)] public static extern int st_inference_enabled();
    [DllImport(Library.Name)] public static extern IntPtr st_inference_begin(int mode);
    [DllImport(Library.Name)] public static extern void st_inference_end(IntPtr guard);

    [DllImport(Library.Name)] public static extern IntPtr st_node_new(IntPtr target,
        delegate* unmanaged<IntPtr, IntPtr*, int, IntPtr*, int, byte*> apply, delegate* unmanaged<IntPtr, void> release,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string name, IntPtr* inputs, int count);
    [DllImport(Library.Name)] public static extern void st_node_drop(IntPtr node);
    [DllImport(Library.Name)] public static extern IntPtr st_node_raw(IntPtr node);
    [DllImport(Library.Name)] public static extern int st_node_wrap(IntPtr node, IntPtr* inputs, int inputCount, IntPtr* dirty, int dirtyCount,
        IntPtr* fixedOnes, int fixedCount, IntPtr* outputs, int outputCount, IntPtr* results);
    [DllImport(Library.Name)] public static extern int st_node_save(IntPtr node, IntPtr* tensors, int count);
    [DllImport(Library.Name)] public static extern int st_node_saved(IntPtr raw, int index, IntPtr* result);

    [DllImport(Library.Name)] public static extern int st_manual_seed(ulong seed);
    [DllImport(Library.Name)] public static extern IntPtr st_generator_default(int deviceType, int deviceIndex);
    [DllImport(Library.Name)] public static extern IntPtr st_generator_new(ulong seed, int deviceType, int deviceIndex);
    [DllImport(Library.Name)] public static extern void st_generator_free(IntPtr generator);
    [DllImport(Library.Name)] public static extern int st_generator_seed(IntPtr generator, ulong* seed);
    [DllImport(Library.Name)] public static extern int st_generator_set_seed(IntPtr generator, ulong seed);
    [DllImport(Library.Name)] public static extern int st_generator_get_state(IntPtr generator, IntPtr* state);
    [DllImport(Library.Name)] public static extern int st_generator_set_state(IntPtr generator, IntPtr state);

    [DllImport(Library.Name)] public static extern int st_get_threads();
    [DllImport(Library.Name)] public static extern int st_get_interop_threads();
    [DllImport(Library.Name)] public static extern int st_set_threads(int count);
    [DllImport(Library.Name)] public static extern int st_set_interop_threads(int count);
    [DllImport(Library.Name)] public static extern int st_cuda_count();
    [DllImport(Library.Name)] public static extern int st_cuda_synchronize(long index);
    [DllImport(Library.Name)] public static extern int st_cuda_manual_seed_all(ulong seed);
    [DllImport(Library.Name)] public static extern int st_get_allow_tf32();
    [DllImport(Library.Name)] public static extern int st_set_allow_tf32(int value);
}
