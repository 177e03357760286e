#include "sim/plan/contexts_json.hpp"

#include <nlohmann/json.hpp>

#include "sim/base/json_text.hpp"
#include "sim/plan/plan_json.hpp"

namespace rowflow {

std::string contexts_to_json(const Contexts& contexts) {
  using Json = nlohmann::ordered_json;
  Json list = Json::array();
  for (const ContextPlan& context : contexts.list)
    list.push_back({{"switch_cycles", context.overhead.context_switch},
                    {"reload_cycles", context.overhead.reload},
                    {"weight_bytes", context.weight_bytes},
                    {"read_bytes", bytes_read(context.plan)},
                    {"written_bytes", bytes_written(context.plan)},
                    {"cut_blocks", context.cut_blocks},
                    {"plan", plan_document(context.plan)}});
  const Json document = {{"schema", "rowflow.plan/2"},
                         {"network", contexts.whole.network.name},
                         {"device", contexts.whole.device.name},
                         {"tile_height", contexts.whole.tile_height},
                         {"batch", contexts.batch},
                         {"reload_overlap", contexts.reload_overlap},
                         {"host_overhead_cycles", contexts.host_overhead},
                         {"contexts", std::move(list)}};
  return json_text(document, 1) + "\n";
}

}  // namespace rowflow
