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

namespace {

/// The reason without its figures: the same trouble on maps of other sizes is the same trouble.
std::string without_figures(const std::string& reason) {
  std::string key;
  for (const char c : reason) {
    if ((c < '0' || c > '9') && c != ' ' && c != ',') key += c;
  }
  return key;
}

constexpr const char* ways_out =
    "ways on: --outputs NAME,... ends the network in front of what is not covered; --assume-free OPERATOR|NODE takes "
    "it to cost nothing; "
    "or "
    "write these layers into the network's JSON";

}  // namespace

void Problems::add(const onnx::NodeProto& node, const std::string& reason) {
  const std::string op = shortened(node.op_type()), key = op + without_figures(reason);
  const auto [entry, is_new] = by_key_.emplace(key, lines_.size());
  if (!is_new)
    ++lines_[entry->second].more;
  else
    lines_.push_back({"", key, fmt::format("node \"{}\" ({})", node_title(node), op), reason, 0});
}

void Problems::add(const std::string& text) { lines_.push_back({text, "", "", "", 0}); }

void Problems::fail_if_any() const {
  if (lines_.empty()) return;
  std::vector<std::string> texts;
  std::size_t count = 0;
  bool any_node = false;
  for (const Line& line : lines_) {
    const std::string more = line.more == 0 ? "" : fmt::format(" and {} more", line.more);
    texts.push_back(line.key.empty() ? line.text : fmt::format("{}{}: {}", line.node, more, line.what));
    count += 1 + line.more;
    any_node = any_node || !line.key.empty();
  }
  std::string text = texts.size() == 1 ? texts[0] : fmt::format("{} problems:", count);
  for (std::size_t i = 0; texts.size() > 1 && i < std::min(texts.size(), most_shown); ++i) text += "\n  " + texts[i];
  if (texts.size() > most_shown) text += fmt::format("\n  ... and {} more", texts.size() - most_shown);
  if (behind_ > 0)
    text += fmt::format("\n  {} node{} behind {} not looked at", behind_, behind_ == 1 ? "" : "s",
                        behind_ == 1 ? "it is" : "them are");
  if (any_node) text += std::string("\n  ") + ways_out;
  throw InputError(file_, text);
}

}  // namespace rowflow
