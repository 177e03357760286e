#include "sim/import/problems.hpp"

#include <fmt/format.h>

#include "sim/base/error.hpp"

namespace rowflow {

namespace {

constexpr std::size_t most_shown = 100;
constexpr std::size_t longest_name = 200;  // of a file that is not to be trusted

std::string shortened(const std::string& text) {
  std::string clean;
  for (const char c : text.substr(0, longest_name)) clean += static_cast<unsigned char>(c) < 0x20 ? '?' : c;
  return text.size() > longest_name ? clean + "..." : clean;
}

}  // namespace

std::string node_title(const onnx::NodeProto& node) {
  if (!node.name().empty()) return shortened(node.name());
  return node.output_size() > 0 ? shortened(node.output(0)) : "(without a name)";
}

void Problems::add(const onnx::NodeProto& node, const std::string& reason) {
  lines_.push_back(fmt::format("node \"{}\" ({}): {}", node_title(node), shortened(node.op_type()), reason));
}

void Problems::add(const std::string& text) { lines_.push_back(text); }

void Problems::fail_if_any() const {
  if (lines_.empty()) return;
  if (lines_.size() == 1) throw InputError(file_, lines_[0]);
  std::string text = fmt::format("{} problems:", lines_.size());
  for (std::size_t i = 0; i < std::min(lines_.size(), most_shown); ++i) text += "\n  " + lines_[i];
  if (lines_.size() > most_shown) text += fmt::format("\n  ... and {} more", lines_.size() - most_shown);
  throw InputError(file_, text);
}

}  // namespace rowflow
