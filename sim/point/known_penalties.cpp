#include "sim/point/known_penalties.hpp"

namespace rowflow {

std::shared_ptr<const KnownPenalties> known_penalties(const DesignPoint& point, const Contents& contents) {
  if (!point.given(Knob::penalties)) return nullptr;
  const std::string name = point.value(Knob::penalties);
  const PenaltiesFile& file = contents.penalties(name);
  std::vector<std::string> blocks;
  for (const auto& [network, content] : contents.networks())
    blocks.insert(blocks.end(), content.blocks.begin(), content.blocks.end());
  check_block_names(file.penalties, blocks, name);
  KnownPenalties known{file.penalties, file.measured ? file.measured->se_mode : "", name, Combine::rss};
  if (point.given(Knob::combine)) known.combine = enum_of<Combine>(point.value(Knob::combine)).value_or(Combine::rss);
  return std::make_shared<const KnownPenalties>(std::move(known));
}

}  // namespace rowflow
