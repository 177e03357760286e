// What the names of a model stand for while its graph is walked: what a node reads and what it writes.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "sim/import/drafts.hpp"

namespace rowflow {

class Values : public Drafts {
 public:
  bool has_input(int k) const { return k < node_->input_size() && !node_->input(k).empty(); }
  /// Input k of the node, materialised: no function pending. Throws Refusal when it is absent.
  const Value& input(int k);
  /// Input k with a function that may be pending.
  const Value& raw_input(int k);
  /// The same, of a map. Throws Refusal for a constant.
  const Value& raw_map(int k);
  /// A map: rank 4 (of either layout unless `plain`), no padding pending, groups in order. Throws Refusal.
  const Value& map_input(int k);
  const Value& plain_input(int k);
  /// A map whose channels may wait in another order (Value::order), and nothing else. Throws Refusal.
  const Value& ordered_input(int k);
  /// Integers of a constant input, or of the attribute of this name that older operator sets have.
  std::vector<std::int64_t> integers(int k, const std::string& attribute_name, bool required);
  /// Dims of a weight.
  const Dims& weight_dims(int k, std::size_t rank);

  void set_output(int k, Value value);
  /// What this name stands for is rounded to so many bits.
  void set_bits(const std::string& name, std::int64_t bits);
  /// What a name of the model stands for; of a walked graph.
  const Value& value(const std::string& name) const { return values_.at(graph_.root(name)); }
  /// nullptr: the walk has not come to it, or nobody writes it.
  const Value* find_value(const std::string& name) const;

 protected:
  using Drafts::Drafts;
  ~Values() = default;
  Value materialised(const Value& value);

  std::unordered_map<std::string, Value> values_;

 private:
  const Value& padded_out(const Value& value);
  const Value& sampled_out(const Value& value);
  const Value& written_out(const Value& value);
  const Value& ordered_out(const Value& value);
};

}  // namespace rowflow
