#include "sim/cli/program.hpp"

#include <exception>
#include <stdexcept>

#include "sim/base/error.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/output.hpp"

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
  if (request.command == "tune") return tune_command(request);
  if (request.command == "validate") return validate_command(request);
  if (request.command == "list") return list_command(request);
  throw Defect("the parser accepted a command that nothing does: " + request.command);
}

}  // namespace

int program(int argc, const char* const* argv) {
  try {
    const auto request = parse_command_line(argc, argv);
    return request ? dispatch(*request) : 0;
  } catch (const InputError& error) {
    message(std::string("error: ") + error.what());
    return 2;
  } catch (const std::overflow_error&) {
    // No figure of a config is out of bounds by itself: it is what they come to.
    message("error: the figures of the network and the device are too large together: a product exceeds 64 bits");
    return 2;
  } catch (const std::exception& error) {
    message(std::string("defect: ") + error.what());
    return 3;
  }
}

}  // namespace rowflow
