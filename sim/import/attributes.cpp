#include "sim/import/attributes.hpp"

#include <fmt/format.h>

#include "sim/import/problems.hpp"

namespace rowflow {

namespace {

const onnx::AttributeProto* typed(const onnx::NodeProto& node, const std::string& name,
                                  onnx::AttributeProto::AttributeType type, const char* expected) {
  const onnx::AttributeProto* found = find_attribute(node, name);
  if (found != nullptr && found->type() != type)
    throw Refusal{fmt::format("attribute {} is expected to be {}", name, expected)};
  return found;
}

}  // namespace

const onnx::AttributeProto* find_attribute(const onnx::NodeProto& node, const std::string& name) {
  for (const auto& candidate : node.attribute()) {
    if (candidate.name() == name) return &candidate;
  }
  return nullptr;
}

std::int64_t attribute(const onnx::NodeProto& node, const std::string& name, std::int64_t standard) {
  const auto* found = typed(node, name, onnx::AttributeProto::INT, "an integer");
  return found == nullptr ? standard : found->i();
}

double attribute(const onnx::NodeProto& node, const std::string& name, double standard) {
  const auto* found = typed(node, name, onnx::AttributeProto::FLOAT, "a number");
  return found == nullptr ? standard : static_cast<double>(found->f());
}

std::string attribute(const onnx::NodeProto& node, const std::string& name, const std::string& standard) {
  const auto* found = typed(node, name, onnx::AttributeProto::STRING, "text");
  return found == nullptr ? standard : found->s();
}

std::vector<std::int64_t> attribute(const onnx::NodeProto& node, const std::string& name,
                                    const std::vector<std::int64_t>& standard) {
  const auto* found = typed(node, name, onnx::AttributeProto::INTS, "a list of integers");
  if (found == nullptr) return standard;
  return {found->ints().begin(), found->ints().end()};
}

std::vector<double> float_list(const onnx::NodeProto& node, const std::string& name) {
  const auto* found = typed(node, name, onnx::AttributeProto::FLOATS, "a list of numbers");
  if (found == nullptr) return {};
  return {found->floats().begin(), found->floats().end()};
}

}  // namespace rowflow
