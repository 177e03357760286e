#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "sim/base/json_text.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/output.hpp"
#include "sim/config/locate.hpp"

namespace rowflow {

int list_command(const Request& request) {
  const auto networks = list_networks();
  const auto devices = list_devices();
  if (request.format == "json") {
    const nlohmann::ordered_json json = {{"networks", networks}, {"devices", devices}};
    write_output(request, json_text(json, 2) + "\n");
  } else {
    write_output(request, fmt::format("networks\n  {}\ndevices\n  {}\n", fmt::join(networks, "\n  "),
                                      fmt::join(devices, "\n  ")));
  }
  return 0;
}

}  // namespace rowflow
