#include "sim/import/inputs.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "sim/import/attributes.hpp"
#include "sim/import/nodes.hpp"
#include "sim/network/layer_types.hpp"

namespace rowflow {

namespace {

/// Operators whose inputs from this one on are weights.
int first_weight_slot(const std::string& op) {
  static const std::unordered_map<std::string, int> slots{{"Conv", 1},
                                                          {"ConvTranspose", 1},
                                                          {"Gemm", 1},
                                                          {"MatMul", 1},
                                                          {"BatchNormalization", 1},
                                                          {"PRelu", 1},
                                                          {"LayerNormalization", 1},
                                                          {"InstanceNormalization", 1}};
  const auto entry = slots.find(op);
  return entry == slots.end() ? 1 << 30 : entry->second;
}

/// A signal: rows are its time steps, one column wide; the map of an image otherwise.
bool is_signal(const onnx::TensorShapeProto& shape) { return shape.dim_size() == 3; }

/// All that is made of this tensor, element by element or as a part of it, is transposed to channels first: what
/// TensorFlow's exporters write, scaling and turning channels around before.
bool is_transposed_to_nchw(const Graph& graph, const std::string& input) {
  constexpr std::size_t most_names = 16;
  std::vector<std::string> names{input};
  bool found = false;
  for (std::size_t k = 0; k < names.size(); ++k) {
    for (const auto* node : graph.nodes()) {
      const bool reads = std::any_of(node->input().begin(), node->input().end(),
                                     [&](const std::string& name) { return graph.root(name) == names[k]; });
      if (!reads || graph.is_pass_through(*node) || node->output_size() < 1) continue;
      const bool turns =
          node->op_type() == "Transpose" && attribute(*node, "perm", std::vector<std::int64_t>{}) == Dims{0, 3, 1, 2};
      found = found || turns;
      if (turns) continue;
      if (!is_one_of(node->op_type(),
                     {"Cast", "Add", "Sub", "Mul", "Div", "Neg", "Clip", "Pad", "Gather", "Slice", "Concat"}) ||
          names.size() == most_names)
        return false;
      const std::string& output = node->output(0);
      if (std::find(names.begin(), names.end(), output) == names.end()) names.push_back(output);
    }
  }
  return found;
}

bool is_open(const onnx::ValueInfoProto& input) {
  const auto& shape = input.type().tensor_type().shape();
  for (int k = 1; k < shape.dim_size(); ++k)
    if (!shape.dim(k).has_dim_value() || shape.dim(k).dim_value() <= 0) return true;
  return false;
}

std::string dim_text(const onnx::TensorShapeProto::Dimension& dim) {
  return dim.has_dim_value()   ? std::to_string(dim.dim_value())
         : dim.has_dim_param() ? dim.dim_param().substr(0, 40)
                               : "?";
}

class InputReader {
 public:
  InputReader(const onnx::ModelProto& model, const Graph& graph, const ImportOptions& options, Problems& problems)
      : model_(model), graph_(graph), options_(options), problems_(problems) {}
  GraphInputs read();

 private:
  void read_stored();
  void check_input_size(const std::vector<const onnx::ValueInfoProto*>& inputs);
  void take_input(const onnx::ValueInfoProto& input, bool is_sized);

  const onnx::ModelProto& model_;
  const Graph& graph_;
  const ImportOptions& options_;
  Problems& problems_;
  GraphInputs found_;
};

void InputReader::read_stored() {
  for (const auto& tensor : model_.graph().initializer()) {
    Value value;
    value.kind = Value::Kind::constant;
    value.name = tensor.name();
    try {
      value.dims = tensor_dims(tensor);
      value.constant = tensor_values(tensor);
      value.bits = quantised_bits(tensor.data_type());
    } catch (const Refusal& refusal) {
      problems_.add(fmt::format("stored tensor \"{}\": {}", tensor.name().substr(0, 200), refusal.reason));
    }
    found_.values[tensor.name()] = std::move(value);
  }
}

GraphInputs InputReader::read() {
  read_stored();
  std::unordered_map<std::string, bool> read_as_data;
  for (const auto* node : graph_.nodes()) {
    const int weights_from = first_weight_slot(node->op_type());
    for (int k = 0; k < node->input_size() && k < weights_from; ++k) read_as_data[graph_.root(node->input(k))] = true;
  }
  const auto is_data = [&](const onnx::ValueInfoProto& input) {
    return found_.values.count(input.name()) == 0 && read_as_data.count(input.name()) != 0;
  };
  const auto& inputs = model_.graph().input();
  // Beside a map, what has three dimensions is a weight that is not stored, such as a scale a channel [C, 1, 1].
  const bool has_map = std::any_of(inputs.begin(), inputs.end(), [&](const onnx::ValueInfoProto& input) {
    return is_data(input) && input.type().tensor_type().shape().dim_size() == 4;
  });
  std::vector<const onnx::ValueInfoProto*> data;
  for (const auto& input : inputs) {
    if (found_.values.count(input.name()) != 0) continue;  // has a stored tensor: older files list those as inputs too
    const auto& shape = input.type().tensor_type().shape();
    if ((shape.dim_size() == 4 || (is_signal(shape) && !has_map)) && is_data(input)) {
      data.push_back(&input);
      continue;
    }
    Value weight;
    weight.kind = Value::Kind::constant;
    weight.name = input.name();
    for (const auto& dim : shape.dim()) weight.dims.push_back(dim.has_dim_value() ? dim.dim_value() : 0);
    try {
      element_count(weight.dims);
    } catch (const Refusal& refusal) {
      problems_.add(fmt::format("input \"{}\": {}", input.name().substr(0, 200), refusal.reason));
      weight.dims.clear();
    }
    found_.values[input.name()] = std::move(weight);
  }
  if (data.empty())
    problems_.add(
        "found no input of four dimensions (batch, channels, height, width), nor of three (batch, channels, length)");
  check_input_size(data);
  problems_.fail_if_any();
  for (const auto* input : data) take_input(*input, options_.input_size && (data.size() == 1 || is_open(*input)));
  problems_.fail_if_any();
  return std::move(found_);
}

/// Of one input --input-size is the size, whatever the file says; of several it is that of the open ones.
void InputReader::check_input_size(const std::vector<const onnx::ValueInfoProto*>& inputs) {
  if (!options_.input_size || inputs.size() < 2) return;
  if (std::any_of(inputs.begin(), inputs.end(), [](const auto* input) { return is_open(*input); })) return;
  std::vector<std::string> names;
  for (const auto* input : inputs) names.push_back(input->name().substr(0, 200));
  problems_.add(
      fmt::format("--input-size: the sizes of the {} inputs ({}) are fixed, expected an open one among several",
                  inputs.size(), fmt::join(names, ", ")));
}

void InputReader::take_input(const onnx::ValueInfoProto& input, bool is_sized) {
  Value value;
  value.kind = Value::Kind::map;
  value.name = input.name();
  value.layer = input_at(found_.inputs.size());
  try {
    value.layout = is_transposed_to_nchw(graph_, input.name()) ? Layout::nhwc : Layout::nchw;
  } catch (const Refusal&) {  // a Transpose with a broken attribute: refused where the walk meets it
  }
  const auto& shape = input.type().tensor_type().shape();
  const bool is_nhwc = value.layout == Layout::nhwc, signal = is_signal(shape);
  std::array<std::int64_t, 4> dims{1, 1, 1, 1};
  for (int k = 0; k < shape.dim_size(); ++k) dims[k] = shape.dim(k).has_dim_value() ? shape.dim(k).dim_value() : 0;
  if (dims[0] > 1 && found_.batch == 1) {
    found_.batch = dims[0];
    found_.warnings.push_back(
        fmt::format("the model's batch of {} is read as 1: frames come one after the other", found_.batch));
  }
  const int height = is_nhwc ? 1 : 2, width = is_nhwc ? 2 : 3, channels = is_nhwc ? 3 : 1;
  if (is_sized) {
    dims[height] = options_.input_size->height;
    dims[width] = options_.input_size->width;
  } else if (dims[height] <= 0 || dims[width] <= 0) {
    problems_.add(fmt::format("input \"{}\" has an open size ({} x {}), expected --input-size HxW",
                              value.name.substr(0, 200), dim_text(shape.dim(height)),
                              signal ? "1" : dim_text(shape.dim(width))));
    return;
  }
  const auto is_legal = [](std::int64_t extent, std::int64_t most) { return extent >= 1 && extent <= most; };
  if (!is_legal(dims[height], largest_extent) || !is_legal(dims[width], largest_extent) ||
      !is_legal(dims[channels], largest_channels)) {
    problems_.add(fmt::format("input \"{}\" is {} x {} with {} channels, expected 1 x 1 x 1 to {} x {} x {}",
                              value.name.substr(0, 200), dims[height], dims[width], dims[channels], largest_extent,
                              largest_extent, largest_channels));
    return;
  }
  found_.inputs.push_back({value.name, {dims[height], dims[width], dims[channels]}});
  if (dims[height] == 1 && dims[width] > 1)
    found_.warnings.push_back(fmt::format(
        "the input is one row of {} columns: a row is what streams, so nothing does; {} rows of one column would",
        dims[width], dims[width]));
  dims[0] = 1;
  value.dims.assign(dims.begin(), dims.begin() + (signal ? 3 : 4));
  found_.values[value.name] = std::move(value);
}

}  // namespace

GraphInputs read_inputs(const onnx::ModelProto& model, const Graph& graph, const ImportOptions& options,
                        Problems& problems) {
  return InputReader(model, graph, options, problems).read();
}

}  // namespace rowflow
