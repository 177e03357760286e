#include "sim/report/depths.hpp"

#include <fmt/format.h>

#include <cctype>
#include <nlohmann/json.hpp>
#include <set>

#include "sim/base/error.hpp"
#include "sim/base/json_text.hpp"
#include "sim/base/visible_text.hpp"
#include "sim/report/version.hpp"

namespace rowflow {

namespace {

/// "conv->add" is CONV_TO_ADD; a number behind it where that is taken.
class Identifiers {
 public:
  std::string of(const Plan& plan, const Buffer& buffer) {
    const std::string name = word(plan.stages[buffer.from].name) + "_TO_" + word(plan.stages[buffer.to].name);
    std::string free = name;
    for (int n = 2; !taken_.insert(free).second; ++n) free = fmt::format("{}_{}", name, n);
    return free;
  }

 private:
  static std::string word(const std::string& name) {
    std::string text;
    for (const char c : name) {
      const auto letter = static_cast<unsigned char>(c);
      text += letter < 128 && std::isalnum(letter) != 0 ? static_cast<char>(std::toupper(letter)) : '_';
    }
    return std::isdigit(static_cast<unsigned char>(text.front())) != 0 ? "_" + text : text;
  }

  std::set<std::string> taken_;
};

std::string what(const Plan& plan) {
  return visible_text(fmt::format("{} on {}, T = {}, buffers {}", plan.network.name, plan.device.name, plan.tile_height,
                                  to_string(plan.buffer_policy)));
}

std::string systemverilog(const Plan& plan) {
  std::string text = fmt::format("// Row buffers of {}; rowflow {}\npackage rowflow_depths;\n", what(plan), version());
  Identifiers names;
  for (const Buffer& buffer : plan.buffers) {
    const std::string name = names.of(plan, buffer);
    text += fmt::format("  localparam int unsigned {}_ROWS = {};\n  localparam int unsigned {}_ROW_BITS = {};\n", name,
                        buffer.capacity_rows, name, buffer.row_elements * buffer.bits);
  }
  return text + "endpackage\n";
}

std::string finn(const Plan& plan) {
  nlohmann::ordered_json document = {{"Defaults", nlohmann::ordered_json::object()}};
  const auto elements = [&](int buffer) {
    return plan.buffers[buffer].capacity_rows * plan.buffers[buffer].row_elements;
  };
  for (const Stage& stage : plan.stages) {
    std::vector<std::int64_t> in, out;
    for (const StageInput& input : stage.inputs) in.push_back(elements(input.buffer));
    for (const StageOutput& output : stage.outputs) out.push_back(elements(output.buffer));
    document[stage.name] = {{"inFIFODepths", in}, {"outFIFODepths", out}};
  }
  return json_text(document, 2) + "\n";
}

std::string csv(const Plan& plan) {
  std::string text = "buffer,from,to,role,level,rows,row_elements,bits,row_bytes,bytes,cuts\n";
  for (const Buffer& buffer : plan.buffers)
    text += fmt::format("{},{},{},{},{},{},{},{},{},{},{}\n", csv_text(buffer.name),
                        csv_text(plan.stages[buffer.from].name), csv_text(plan.stages[buffer.to].name),
                        to_string(buffer.role), to_string(buffer.level), buffer.capacity_rows, buffer.row_elements,
                        buffer.bits, buffer.row_bytes, buffer.capacity_rows * buffer.row_bytes, buffer.cuts);
  return text;
}

}  // namespace

const std::vector<std::string>& depth_formats() {
  static const std::vector<std::string> names{"systemverilog", "finn", "csv"};
  return names;
}

std::string depths_document(const Plan& plan, const std::string& format) {
  if (format == "systemverilog") return systemverilog(plan);
  if (format == "finn") return finn(plan);
  if (format == "csv") return csv(plan);
  throw Defect("no format of depths is named " + format);
}

}  // namespace rowflow
