// What stages do, as far as their cost depends on it (rule T8): the kinds by which device files give rates, widths and
// overheads, and the ends and memory stages of a pipeline, which cost what T5, T6 and T15 say.
#pragma once

#include <string_view>

#include "sim/base/enum_names.hpp"

namespace rowflow {

enum class StageKind {
  conv,
  pointwise,
  grouped,
  depthwise,
  vector_fc,
  fully_connected,
  pool,
  shuffle,
  squeeze,
  scale,
  broadcast,
  add,
  multiply,
  concat,
  slice,
  arg_max,
  normalize,
  upsample,
  source,
  sink,
  store,
  load,
  transfer,
  end
};

template <>
struct EnumNames<StageKind> {
  static constexpr std::string_view of[] = {
      "conv",   "pointwise", "grouped", "depthwise", "vector_fc", "fully_connected", "pool",    "shuffle",   "squeeze",
      "scale",  "broadcast", "add",     "multiply",  "concat",    "slice",           "arg_max", "normalize", "upsample",
      "source", "sink",      "store",   "load",      "transfer"};
};

/// Kinds that stand for work of a layer; device files give figures for these.
constexpr bool is_layer_kind(StageKind kind) { return kind < StageKind::source; }
/// Source and sinks.
constexpr bool is_end_kind(StageKind kind) { return kind == StageKind::source || kind == StageKind::sink; }
/// Stages that only move rows: of memory levels (T15) and between clusters (T5).
constexpr bool is_transport_kind(StageKind kind) {
  return kind == StageKind::store || kind == StageKind::load || kind == StageKind::transfer;
}

/// For nlohmann::json: the name.
template <class Json>
void to_json(Json& json, const StageKind& kind) {
  json = to_string(kind);
}

}  // namespace rowflow
