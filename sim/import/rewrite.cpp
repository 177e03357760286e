#include "sim/import/rewrite.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/import/nodes.hpp"

namespace rowflow {

Rewrite::Rewrite(Importer& importer, onnx::ModelProto& model) : RewriteBlock(importer, model), model_(model) {}

/// Nodes between pool and gate, in order of execution. Views are followed through their data alone.
std::vector<const onnx::NodeProto*> Rewrite::path(const onnx::NodeProto* pool, const std::string& gate) const {
  const Graph& graph = importer_.graph();
  std::unordered_set<std::string> from_pool(pool->output().begin(), pool->output().end());
  const auto reads_pool = [&](const onnx::NodeProto& node) {
    const int inputs = is_view(node.op_type()) ? std::min(1, node.input_size()) : node.input_size();
    return std::any_of(node.input().begin(), node.input().begin() + inputs,
                       [&](const std::string& name) { return from_pool.count(name) > 0; });
  };
  std::vector<const onnx::NodeProto*> below, result;
  for (const auto* node :
       graph
           .nodes()) {  // nobody outside the block reads the pool, so everything below it up to the gate is the block's
    if (!reads_pool(*node) || from_pool.count(gate) > 0) continue;
    if (is_one_of(node->op_type(), {"Shape", "Size"})) continue;
    below.push_back(node);
    from_pool.insert(node->output().begin(), node->output().end());
  }
  std::unordered_set<std::string> wanted{gate};
  for (auto node = below.rbegin(); node != below.rend(); ++node) {
    const bool leads_to_gate = std::any_of((*node)->output().begin(), (*node)->output().end(),
                                           [&](const std::string& name) { return wanted.count(name) > 0; });
    if (!leads_to_gate) continue;
    wanted.insert((*node)->input().begin(), (*node)->input().end());
    result.insert(result.begin(), *node);
  }
  return result;
}

void Rewrite::tile(const Draft& draft, Rows tile_height, bool cumulative) {
  const Shape &map = draft.layer.input_shapes[0], &scaled = draft.layer.input_shapes.back();
  if (scaled.height != map.height)
    throw Refusal{fmt::format("the block pools a map of {} rows and scales one of {}, which has no tiled form",
                              map.height, scaled.height)};
  if (!is_one_of(draft.pool_node->op_type(), {"GlobalAveragePool", "AveragePool", "ReduceMean", "ReduceSum"}))
    throw Refusal{fmt::format("its pool is a {}, which has no tiled form", draft.pool_node->op_type())};
  replace_pool(draft, tile_height, cumulative, map);
  for (const auto* node : path(draft.pool_node, draft.gate_name)) replace_excite(*node);
  replace_join(draft, tile_height, map.height);
}

void Rewrite::fix(const Draft& draft, const std::vector<float>& factors) {
  std::vector<std::int64_t> dims{static_cast<std::int64_t>(factors.size()), 1, 1};
  for (const std::string& name : draft.node->input()) {
    const Value& value = importer_.value(name);
    if (importer_.graph().root(name) == draft.gate_name) continue;
    if (value.dims.size() != 4)
      throw Refusal{fmt::format("the block scales a map written with {} axes, expected four", value.dims.size())};
    if (value.layout == Layout::nhwc) dims = {dims[0]};
  }
  Nodes nodes;
  const std::string hint = draft.node->output(0) + "_gate";
  const std::string stored = float_constant(nodes, hint + "_factors", factors);
  const std::string gate = reshaped(nodes, stored, hint, dims);
  gate_with(draft, gate, std::move(nodes));
}

void Rewrite::apply() {
  std::unordered_set<const onnx::NodeProto*> was_live(importer_.graph().nodes().begin(),
                                                      importer_.graph().nodes().end());
  std::vector<std::pair<onnx::NodeProto, bool>> nodes;  // with: may go when nobody needs it
  for (auto& node : *model_.mutable_graph()->mutable_node()) {
    const auto entry = replacements_.find(&node);
    const bool live = was_live.count(&node) > 0;
    if (entry == replacements_.end()) {
      nodes.emplace_back(node, live);
    } else {
      for (auto& replacement : entry->second) nodes.emplace_back(std::move(replacement), true);
    }
  }
  std::unordered_set<std::string> needed;
  for (const auto& output : model_.graph().output()) needed.insert(output.name());
  std::vector<const onnx::NodeProto*> kept;
  for (auto entry = nodes.rbegin(); entry != nodes.rend(); ++entry) {
    const auto& outputs = entry->first.output();
    const bool is_needed =
        std::any_of(outputs.begin(), outputs.end(), [&](const std::string& name) { return needed.count(name) > 0; });
    if (entry->second && !is_needed) continue;
    needed.insert(entry->first.input().begin(), entry->first.input().end());
    kept.push_back(&entry->first);
  }
  auto* list = model_.mutable_graph()->mutable_node();
  list->Clear();
  for (auto node = kept.rbegin(); node != kept.rend(); ++node) *list->Add() = **node;
  auto* known = model_.mutable_graph()->mutable_value_info();
  for (int k = known->size() - 1; k >= 0; --k) {
    if (changed_.count(known->Get(k).name()) > 0) known->DeleteSubrange(k, 1);
  }
}

}  // namespace rowflow
