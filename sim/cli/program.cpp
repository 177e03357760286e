#include "sim/cli/program.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <exception>
#include <optional>
#include <string>
#include <utility>

#include "sim/base/error.hpp"
#include "sim/base/stopping.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/output.hpp"
#include "sim/point/contents.hpp"

namespace rowflow {

namespace {

int dispatch(const Request& request) {
  if (request.command == "run") return run_command(request);
  if (request.command == "plan") return plan_command(request);
  if (request.command == "size") return size_command(request);
  if (request.command == "explain") return explain_command(request);
  if (request.command == "calibrate") return calibrate_command(request);
  if (request.command == "sweep") return sweep_command(request);
  if (request.command == "merge") return merge_command(request);
  if (request.command == "import") return import_command(request);
  if (request.command == "export") return export_command(request);
  if (request.command == "report") return report_command(request);
  if (request.command == "regress") return regress_command(request);
  if (request.command == "diff") return diff_command(request);
  if (request.command == "penalties") return penalties_command(request);
  if (request.command == "tune") return tune_command(request);
  if (request.command == "validate") return validate_command(request);
  if (request.command == "list") return list_command(request);
  if (request.command == "new") return new_command(request);
  throw Defect("the parser accepted a command that nothing does: " + request.command);
}

/// Standard streams that were closed would be given to the next files that are opened, and what is meant for a terminal
/// would stand in these. Standard output cannot be written then, and whoever writes to it says so; to standard error
/// nothing is said.
void hold_standard_streams() {
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (fcntl(stream, F_GETFD) < 0) static_cast<void>(open("/dev/null", stream == STDERR_FILENO ? O_WRONLY : O_RDONLY));
}

/// The compiler knows depths and allocations by what they are, not by the file that they came from.
std::string with_file(const std::optional<Request>& request, const std::string& fault) {
  if (!request) return fault;
  const std::pair<const char*, Knob> sources[] = {{"--mapping: ", Knob::mapping},
                                                  {"buffer capacities: ", Knob::buffers}};
  for (const auto& [place, knob] : sources) {
    const std::string file = request->point.value(knob), what = place;
    if (fault.rfind(what, 0) != 0 || !request->point.given(knob) || (knob == Knob::buffers && is_policy(file)))
      continue;
    return std::string(row_of(knob).flag) + " " + file + ": " + fault.substr(what.size());
  }
  return fault;
}

}  // namespace

int program(int argc, const char* const* argv) {
  hold_standard_streams();
  handle_stops();
  std::optional<Request> request;
  try {
    request = parse_command_line(argc, argv);
    if (!request) return 0;
    set_text_width(output_width(*request));
    return dispatch(*request);
  } catch (const std::exception& error) {
    const auto fault = input_fault(error);
    message(fault ? "error: " + with_file(request, *fault) : std::string("defect: ") + error.what());
    return fault ? 2 : 3;
  }
}

}  // namespace rowflow
