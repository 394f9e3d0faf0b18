// A flat C surface over libtorch: every ATen operator through the c10 dispatcher, tensors' lifetime,
// autograd with managed nodes, generators and devices. Nothing here may throw into the caller:
// each fallible entry returns a negative number (or null) and leaves its message in st_error().

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/stack.h>
#include <c10/core/InferenceMode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/functions/utils.h>
#include <torch/csrc/autograd/saved_variable.h>
#include <torch/csrc/autograd/variable.h>
#include <torch/cuda.h>
#include <torch/version.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#define SUPAR_API extern "C" __attribute__((visibility("default")))

namespace {

using at::Tensor;
using c10::IValue;
using torch::autograd::Node;
using torch::autograd::SavedVariable;
using torch::autograd::variable_list;

enum class Tag : int32_t {
  None, Tensor, Int, Double, Bool, IntList, DoubleList, BoolList, TensorList, OptionalTensorList, String, Device, Generator
};

struct Value {
  Tag tag;
  int32_t length;
  union { void* pointer; int64_t integer; double real; };
};

thread_local std::string error_text;
std::atomic<int64_t> live_tensors{0};

// c10::Error::what() carries a C++ stack trace; its message alone is for readers.
void keep_error(const char* where) {
  try {
    throw;
  } catch (const c10::Error& error) {
    error_text = error.what_without_backtrace();
  } catch (const std::exception& error) {
    error_text = error.what();
  } catch (...) {
    error_text = "unknown C++ exception";
  }
  if (where != nullptr) error_text = std::string(where) + ": " + error_text;
}

template <typename Body>
int guarded(const Body& body, const char* where = nullptr) {
  try {
    body();
    return 0;
  } catch (...) {
    keep_error(where);
    return -1;
  }
}

Tensor& tensor_at(void* pointer) { return *static_cast<Tensor*>(pointer); }

void* own(Tensor tensor) {
  live_tensors.fetch_add(1, std::memory_order_relaxed);
  return new Tensor(std::move(tensor));
}

void disown(void* tensor) {
  if (tensor == nullptr) return;
  live_tensors.fetch_sub(1, std::memory_order_relaxed);
  delete static_cast<Tensor*>(tensor);
}

void* own_if_defined(const Tensor& tensor) { return tensor.defined() ? own(tensor) : nullptr; }

Tensor tensor_or_undefined(void* pointer) { return pointer == nullptr ? Tensor() : tensor_at(pointer); }

variable_list tensors_of(void* const* pointers, int count) {
  variable_list list;
  list.reserve(count);
  for (int k = 0; k < count; k++) list.push_back(tensor_or_undefined(pointers[k]));
  return list;
}

IValue to_ivalue(const Value& value) {
  auto list = static_cast<void* const*>(value.pointer);
  switch (value.tag) {
    case Tag::None: return IValue();
    case Tag::Tensor: return IValue(tensor_at(value.pointer));
    case Tag::Int: return IValue(value.integer);
    case Tag::Double: return IValue(value.real);
    case Tag::Bool: return IValue(value.integer != 0);
    case Tag::IntList: {
      auto data = static_cast<const int64_t*>(value.pointer);
      return IValue(std::vector<int64_t>(data, data + value.length));
    }
    case Tag::DoubleList: {
      auto data = static_cast<const double*>(value.pointer);
      return IValue(std::vector<double>(data, data + value.length));
    }
    case Tag::BoolList: {
      auto data = static_cast<const int64_t*>(value.pointer);
      c10::List<bool> flags;
      for (int k = 0; k < value.length; k++) flags.push_back(data[k] != 0);
      return IValue(std::move(flags));
    }
    case Tag::TensorList: return IValue(tensors_of(list, value.length));
    case Tag::OptionalTensorList: {
      c10::List<decltype(IValue().toOptional<Tensor>())> tensors;
      tensors.reserve(value.length);
      for (int k = 0; k < value.length; k++) {
        if (list[k] == nullptr) tensors.push_back({});
        else tensors.push_back(tensor_at(list[k]));
      }
      return IValue(std::move(tensors));
    }
    case Tag::String: return IValue(std::string(static_cast<const char*>(value.pointer), value.length));
    case Tag::Device:
      return IValue(c10::Device(static_cast<c10::DeviceType>(value.length), static_cast<c10::DeviceIndex>(value.integer)));
    case Tag::Generator: return IValue(*static_cast<at::Generator*>(value.pointer));
  }
  throw std::runtime_error("unknown kind of argument");
}

Value to_value(const IValue& result) {
  Value value{};
  if (result.isTensor()) {
    value.tag = result.toTensor().defined() ? Tag::Tensor : Tag::None;
    value.pointer = own_if_defined(result.toTensor());
  } else if (result.isTensorList()) {
    auto tensors = result.toTensorVector();
    auto pointers = static_cast<void**>(std::malloc(std::max<size_t>(1, tensors.size()) * sizeof(void*)));
    for (size_t k = 0; k < tensors.size(); k++) pointers[k] = own(tensors[k]);
    value.tag = Tag::TensorList;
    value.length = static_cast<int32_t>(tensors.size());
    value.pointer = pointers;
  } else if (result.isInt()) {
    value.tag = Tag::Int;
    value.integer = result.toInt();
  } else if (result.isDouble()) {
    value.tag = Tag::Double;
    value.real = result.toDouble();
  } else if (result.isBool()) {
    value.tag = Tag::Bool;
    value.integer = result.toBool();
  } else if (result.isNone()) {
    value.tag = Tag::None;
  } else {
    throw std::runtime_error("a result of kind " + result.tagKind() + " is not supported");
  }
  return value;
}

// What a failed call would have given: nobody else knows of it.
void drop(const Value& value) {
  if (value.tag == Tag::Tensor) disown(value.pointer);
  if (value.tag != Tag::TensorList) return;
  auto list = static_cast<void**>(value.pointer);
  std::for_each(list, list + value.length, disown);
  std::free(list);
}

struct Operator {
  c10::OperatorHandle handle;
  std::string name;
};

}  // namespace

// ---- errors and version ----

SUPAR_API const char* st_error() { return error_text.c_str(); }
SUPAR_API const char* st_version() { return TORCH_VERSION; }
SUPAR_API int64_t st_live_tensors() { return live_tensors.load(); }

// ---- operators ----

SUPAR_API void* st_find(const char* name, const char* overload) {
  void* found = nullptr;
  guarded([&] {
    auto handle = c10::Dispatcher::singleton().findSchema({name, overload});
    std::string full = *overload == 0 ? name : std::string(name) + "." + overload;
    if (handle) found = new Operator{*handle, full};
    else error_text = full + ": libtorch " TORCH_VERSION " has no such operator";
  });
  return found;
}

// Calls with the leading arguments given; the schema's defaults fill the rest. Writes at most
// `capacity` results and returns how many there are, or -1. Capacity 0 drops results unseen.
SUPAR_API int st_call(void* op, const Value* arguments, int count, Value* results, int capacity) {
  auto& target = *static_cast<Operator*>(op);
  int written = 0;
  try {
    const auto& parameters = target.handle.schema().arguments();
    torch::jit::Stack stack;
    stack.reserve(parameters.size());
    for (int k = 0; k < count; k++) stack.push_back(to_ivalue(arguments[k]));
    for (size_t k = count; k < parameters.size(); k++) {
      if (!parameters[k].default_value()) throw std::runtime_error("argument '" + parameters[k].name() + "' is missing");
      stack.push_back(*parameters[k].default_value());
    }
    target.handle.callBoxed(&stack);
    for (const auto& result : stack) {
      if (written < capacity) results[written] = to_value(result);
      written++;
    }
    return written;
  } catch (...) {
    keep_error(target.name.c_str());
    std::for_each(results, results + std::min(written, capacity), drop);
    return -1;
  }
}

SUPAR_API void st_free_list(void* list) { std::free(list); }

// ---- tensors ----

SUPAR_API void st_free(void* tensor) { disown(tensor); }

SUPAR_API void* st_alias(void* tensor) { return own(tensor_at(tensor)); }
SUPAR_API int64_t st_dim(void* tensor) { return tensor_at(tensor).dim(); }
SUPAR_API int64_t st_numel(void* tensor) { return tensor_at(tensor).numel(); }
SUPAR_API int st_dtype(void* tensor) { return static_cast<int>(tensor_at(tensor).scalar_type()); }
SUPAR_API int64_t st_element_size(void* tensor) { return static_cast<int64_t>(tensor_at(tensor).element_size()); }
SUPAR_API int st_device_type(void* tensor) { return static_cast<int>(tensor_at(tensor).device().type()); }
SUPAR_API int st_device_index(void* tensor) { return tensor_at(tensor).device().index(); }
SUPAR_API int64_t st_storage_offset(void* tensor) { return tensor_at(tensor).storage_offset(); }
SUPAR_API int st_is_contiguous(void* tensor) { return tensor_at(tensor).is_contiguous(); }
SUPAR_API int st_is_sparse(void* tensor) { return tensor_at(tensor).is_sparse(); }

SUPAR_API void st_sizes(void* tensor, int64_t* sizes) {
  auto all = tensor_at(tensor).sizes();
  std::copy(all.begin(), all.end(), sizes);
}

SUPAR_API int st_strides(void* tensor, int64_t* strides) {
  return guarded([&] {
    auto all = tensor_at(tensor).strides();
    std::copy(all.begin(), all.end(), strides);
  });
}

SUPAR_API int st_data(void* tensor, void** data) {
  return guarded([&] { *data = tensor_at(tensor).data_ptr(); });
}

SUPAR_API int st_item(void* tensor, Value* result) {
  return guarded([&] {
    auto scalar = tensor_at(tensor).item();
    if (scalar.isBoolean()) { result->tag = Tag::Bool; result->integer = scalar.toBool(); }
    else if (scalar.isIntegral(false)) { result->tag = Tag::Int; result->integer = scalar.toLong(); }
    else { result->tag = Tag::Double; result->real = scalar.toDouble(); }
  }, "aten::item");
}

// ---- autograd ----

SUPAR_API int st_requires_grad(void* tensor) { return tensor_at(tensor).requires_grad(); }
SUPAR_API int st_is_leaf(void* tensor) { return tensor_at(tensor).is_leaf(); }

SUPAR_API int st_set_requires_grad(void* tensor, int value) {
  return guarded([&] { tensor_at(tensor).set_requires_grad(value != 0); }, "requires_grad");
}

SUPAR_API int st_retain_grad(void* tensor) {
  return guarded([&] { tensor_at(tensor).retain_grad(); }, "retain_grad");
}

SUPAR_API int st_grad(void* tensor, void** grad) {
  // Not mutable_grad(), which makes what autograd keeps of a tensor where there is nothing yet.
  return guarded([&] { *grad = own_if_defined(std::as_const(tensor_at(tensor)).grad()); }, "grad");
}

SUPAR_API int st_set_grad(void* tensor, void* grad) {
  return guarded([&] { tensor_at(tensor).mutable_grad() = tensor_or_undefined(grad); }, "grad");
}

SUPAR_API int st_backward(void* const* tensors, int count, void* const* grads, int grad_count, int retain_graph,
                          int create_graph, void* const* inputs, int input_count) {
  return guarded([&] {
    torch::autograd::backward(tensors_of(tensors, count), tensors_of(grads, grad_count), retain_graph != 0,
                              create_graph != 0, tensors_of(inputs, input_count));
  }, "backward");
}

SUPAR_API int st_autograd_grad(void* const* outputs, int output_count, void* const* inputs, int input_count,
                               void* const* grads, int grad_count, int retain_graph, int create_graph,
                               int allow_unused, void** results) {
  return guarded([&] {
    auto gradients = torch::autograd::grad(tensors_of(outputs, output_count), tensors_of(inputs, input_count),
                                           tensors_of(grads, grad_count), retain_graph != 0, create_graph != 0,
                                           allow_unused != 0);
    for (int k = 0; k < input_count; k++) results[k] = own_if_defined(gradients[k]);
  }, "grad");
}

SUPAR_API int st_grad_enabled() { return c10::GradMode::is_enabled(); }
SUPAR_API void st_set_grad_enabled(int value) { c10::GradMode::set_enabled(value != 0); }
SUPAR_API int st_inference_enabled() { return c10::InferenceMode::is_enabled(); }
SUPAR_API void* st_inference_begin(int mode) { return new c10::InferenceMode(mode != 0); }
SUPAR_API void st_inference_end(void* guard) { delete static_cast<c10::InferenceMode*>(guard); }

// ---- autograd nodes whose backward is managed code ----

namespace {

// Fills `results` with owned tensors (or null); a non-null return is an error text to be freed.
using ApplyCallback = char* (*)(intptr_t target, void** grads, int grad_count, void** results, int result_count);
using ReleaseCallback = void (*)(intptr_t target);

struct ManagedNode final : Node {
  intptr_t target = 0;
  ApplyCallback on_apply = nullptr;
  ReleaseCallback on_release = nullptr;
  std::string label;
  // One thread's pass may free what was saved while another's reads it. Not held while managed code runs.
  std::mutex saving;
  std::vector<SavedVariable> saved;

  ~ManagedNode() override {
    if (target != 0) on_release(target);
  }

  std::string name() const override { return label; }

  void release_variables() override {
    std::lock_guard<std::mutex> lock(saving);
    for (auto& variable : saved) variable.reset_data();
  }

  variable_list apply(variable_list&& grads) override {
    std::vector<void*> inputs;
    for (const auto& grad : grads) inputs.push_back(own_if_defined(grad));
    std::vector<void*> outputs(num_outputs(), nullptr);
    char* failure = on_apply(target, inputs.data(), static_cast<int>(inputs.size()), outputs.data(),
                             static_cast<int>(outputs.size()));
    variable_list results;
    for (void* output : outputs) {
      results.push_back(tensor_or_undefined(output));
      disown(output);
    }
    if (failure != nullptr) {
      std::string text(failure);
      std::free(failure);
      throw std::runtime_error(text);
    }
    return results;
  }
};

std::shared_ptr<ManagedNode>& node_at(void* pointer) { return *static_cast<std::shared_ptr<ManagedNode>*>(pointer); }

bool holds(const variable_list& list, const Tensor& tensor) {
  return std::any_of(list.begin(), list.end(), [&](const Tensor& item) { return item.is_same(tensor); });
}

}  // namespace

// Gives an owned shared pointer; st_node_drop gives it up once the graph holds the node. The node's
// edges are taken now, before an in-place forward changes what the inputs' gradient functions are.
SUPAR_API void* st_node_new(intptr_t target, ApplyCallback on_apply, ReleaseCallback on_release, const char* name,
                            void* const* inputs, int count) {
  void* made = nullptr;
  guarded([&] {
    auto node = std::make_unique<ManagedNode>();
    node->set_next_edges(torch::autograd::collect_next_edges(tensors_of(inputs, count)));
    node->label = name;
    node->on_apply = on_apply;
    node->on_release = on_release;
    node->target = target;
    made = new std::shared_ptr<ManagedNode>(node.release(), torch::autograd::deleteNode);
  });
  return made;
}

SUPAR_API void st_node_drop(void* node) { delete static_cast<std::shared_ptr<ManagedNode>*>(node); }
SUPAR_API void* st_node_raw(void* node) { return node_at(node).get(); }

// Hangs the forward results into the graph. An output that is an input or a view of one becomes a
// detached alias, so that its history is this node's alone; an input marked dirty is rebased.
SUPAR_API int st_node_wrap(void* node, void* const* inputs, int input_count, void* const* dirty, int dirty_count,
                           void* const* fixed, int fixed_count, void* const* outputs, int output_count, void** results) {
  int wrapped = 0;
  int status = guarded([&] {
    auto& owner = node_at(node);
    auto input_list = tensors_of(inputs, input_count);
    auto dirty_list = tensors_of(dirty, dirty_count);
    auto fixed_list = tensors_of(fixed, fixed_count);
    for (; wrapped < output_count; wrapped++) {
      if (outputs[wrapped] == nullptr) {
        owner->add_input_metadata(Node::undefined_input());
        results[wrapped] = nullptr;
        continue;
      }
      Tensor output = tensor_at(outputs[wrapped]);
      bool differentiable = !holds(fixed_list, output) && (output.is_floating_point() || output.is_complex());
      if (holds(dirty_list, output)) {
        TORCH_CHECK(!(output.is_leaf() && output.requires_grad()),
                    "a leaf tensor that requires grad was changed in place by ", owner->label);
        torch::autograd::impl::bump_version(output);
        if (differentiable) {
          auto number = owner->add_input_metadata(output);
          torch::autograd::impl::rebase_history(output, {owner, number});
        } else {
          owner->add_input_metadata(output);
        }
      } else {
        if (output.is_view() || holds(input_list, output)) output = output.detach();
        if (differentiable) torch::autograd::set_history(output, owner);
        else owner->add_input_metadata(output);
      }
      results[wrapped] = own(output);
    }
  }, "autograd function");
  if (status < 0) std::for_each(results, results + wrapped, disown);
  return status;
}

SUPAR_API int st_node_save(void* node, void* const* tensors, int count) {
  return guarded([&] {
    auto& owner = node_at(node);
    for (int k = 0; k < count; k++) {
      auto tensor = tensor_or_undefined(tensors[k]);
      bool is_output = tensor.defined() && tensor.grad_fn().get() == owner.get();
      owner->saved.emplace_back(tensor, is_output);
    }
  }, "save_for_backward");
}

SUPAR_API int st_node_saved(void* raw, int index, void** result) {
  auto node = static_cast<ManagedNode*>(raw);
  return guarded([&] {
    std::lock_guard<std::mutex> lock(node->saving);
    *result = own_if_defined(node->saved.at(index).unpack(node->shared_from_this()));
  }, "get_saved_variables");
}

// ---- random numbers ----

namespace {

at::Generator& generator_at(void* pointer) { return *static_cast<at::Generator*>(pointer); }

// Every reading and writing of a generator's state holds its lock, as the kernels that draw from it do.
std::unique_lock<std::mutex> locked(at::Generator generator) { return std::unique_lock<std::mutex>(generator.mutex()); }

}  // namespace

SUPAR_API int st_manual_seed(uint64_t seed) {
  return guarded([&] { at::manual_seed(seed); }, "manual_seed");
}

SUPAR_API void* st_generator_default(int device_type, int device_index) {
  void* made = nullptr;
  guarded([&] {
    c10::Device device(static_cast<c10::DeviceType>(device_type), static_cast<c10::DeviceIndex>(device_index));
    made = new at::Generator(at::globalContext().defaultGenerator(device));
  }, "default generator");
  return made;
}

// A clone of the device's default generator needs no device-specific header.
SUPAR_API void* st_generator_new(uint64_t seed, int device_type, int device_index) {
  void* made = nullptr;
  guarded([&] {
    c10::Device device(static_cast<c10::DeviceType>(device_type), static_cast<c10::DeviceIndex>(device_index));
    const auto& source = at::globalContext().defaultGenerator(device);
    auto lock = locked(source);
    auto generator = source.clone();
    generator.set_current_seed(seed);
    made = new at::Generator(std::move(generator));
  }, "Generator");
  return made;
}

SUPAR_API void st_generator_free(void* generator) { delete static_cast<at::Generator*>(generator); }

SUPAR_API int st_generator_seed(void* generator, uint64_t* seed) {
  return guarded([&] {
    auto lock = locked(generator_at(generator));
    *seed = generator_at(generator).current_seed();
  }, "Generator.initial_seed");
}

SUPAR_API int st_generator_set_seed(void* generator, uint64_t seed) {
  return guarded([&] {
    auto lock = locked(generator_at(generator));
    generator_at(generator).set_current_seed(seed);
  }, "Generator.manual_seed");
}

SUPAR_API int st_generator_get_state(void* generator, void** state) {
  return guarded([&] {
    auto lock = locked(generator_at(generator));
    *state = own(generator_at(generator).get_state());
  }, "Generator.get_state");
}

SUPAR_API int st_generator_set_state(void* generator, void* state) {
  return guarded([&] {
    auto lock = locked(generator_at(generator));
    generator_at(generator).set_state(tensor_at(state));
  }, "Generator.set_state");
}

// ---- threads and devices ----

SUPAR_API int st_get_threads() { return at::get_num_threads(); }
SUPAR_API int st_get_interop_threads() { return at::get_num_interop_threads(); }

SUPAR_API int st_set_threads(int count) {
  return guarded([&] { at::set_num_threads(count); }, "set_num_threads");
}

SUPAR_API int st_set_interop_threads(int count) {
  return guarded([&] { at::set_num_interop_threads(count); }, "set_num_interop_threads");
}

SUPAR_API int st_cuda_count() {
  int count = 0;
  guarded([&] { count = static_cast<int>(torch::cuda::device_count()); });
  return count;
}

SUPAR_API int st_cuda_synchronize(int64_t index) {
  return guarded([&] { torch::cuda::synchronize(index); }, "cuda.synchronize");
}

SUPAR_API int st_cuda_manual_seed_all(uint64_t seed) {
  return guarded([&] { torch::cuda::manual_seed_all(seed); }, "cuda.manual_seed_all");
}

SUPAR_API int st_get_allow_tf32() { return at::globalContext().allowTF32CuBLAS(); }

SUPAR_API int st_set_allow_tf32(int value) {
  return guarded([&] { at::globalContext().setAllowTF32CuBLAS(value != 0); }, "allow_tf32");
}
