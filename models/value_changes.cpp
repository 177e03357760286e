#include "models/value_changes.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "sim/base/error.hpp"

namespace rowflow {

namespace {

/// Printable characters, as few as the number of variables asks for.
std::string code_of(std::size_t index) {
  constexpr std::size_t first = '!', count = '~' - '!' + 1;
  std::string code;
  do {
    code += static_cast<char>(first + index % count);
    index /= count;
  } while (index > 0);
  return code;
}

/// "accelerator.conv.stage.doing" to its parts.
std::vector<std::string> parts_of(const std::string& name) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin <= name.size();) {
    const std::size_t end = std::min(name.find('.', begin), name.size());
    parts.push_back(name.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

}  // namespace

ValueChangeDump::ValueChangeDump(FileOutput& out, std::string comment) : out_(out), comment_(std::move(comment)) {
  sc_core::sc_get_curr_simcontext()->add_trace_file(this);
}
ValueChangeDump::~ValueChangeDump() { sc_core::sc_get_curr_simcontext()->remove_trace_file(this); }

void ValueChangeDump::refuse() { throw Defect("a waveform of a kind that nothing writes"); }

void ValueChangeDump::trace(const unsigned& object, const std::string& name, int width) {
  variables_.push_back({name, code_of(variables_.size()), &object, width});
}

void ValueChangeDump::write_header() {
  out_.print("$comment\n{}$end\n", comment_);
  out_.put("$timescale\n  1 ps\n$end\n$scope module SystemC $end\n");
  std::vector<std::size_t> order(variables_.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return parts_of(variables_[a].name) < parts_of(variables_[b].name); });
  std::vector<std::string> open;  // scopes
  for (const std::size_t v : order) {
    std::vector<std::string> scopes = parts_of(variables_[v].name);
    const std::string own = scopes.back();
    scopes.pop_back();
    std::size_t same = 0;
    while (same < std::min(open.size(), scopes.size()) && open[same] == scopes[same]) ++same;
    for (std::size_t i = same; i < open.size(); ++i) out_.put("$upscope $end\n");
    for (std::size_t i = same; i < scopes.size(); ++i) out_.print("$scope module {} $end\n", scopes[i]);
    const int width = variables_[v].width;
    out_.print("$var wire {} {} {} [{}:0] $end\n", width, variables_[v].code, own, width - 1);
    open = std::move(scopes);
  }
  for (std::size_t i = 0; i < open.size() + 1; ++i) out_.put("$upscope $end\n");
  out_.put("$enddefinitions $end\n");
}

void ValueChangeDump::write_value(Variable& variable) {
  variable.shown = *variable.value;
  out_.print("b{:b} {}\n", variable.shown, variable.code);
}

// The kernel calls this when a time step has settled, before it goes on to the next.
void ValueChangeDump::cycle(bool delta_cycle) {
  if (delta_cycle) return;
  if (!begun_) {
    begun_ = true;
    write_header();
    out_.print("#{}\n$dumpvars\n", current_cycle());
    for (Variable& variable : variables_) write_value(variable);
    out_.put("$end\n");
    return;
  }
  bool stamped = false;
  for (Variable& variable : variables_) {
    if (*variable.value == variable.shown) continue;
    if (!stamped) out_.print("#{}\n", current_cycle());
    stamped = true;
    write_value(variable);
  }
}

}  // namespace rowflow
