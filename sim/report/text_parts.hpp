// Phrases that several text reports share.
#pragma once

#include <string>

#include "sim/report/comparison.hpp"

namespace rowflow {

std::string kib(Bytes bytes);                       ///< "1,234.5"
std::string rounded_kib(Bytes bytes);               ///< "1,235"
std::string thousands(std::int64_t count);          ///< "1,234,567"
std::string fps_text(const RunResult& result);      ///< "–" when there is none
std::string latency_text(const RunResult& result);  ///< paced, in ms

/// "efficientnet_b2 on hailo8: 260×260×3, …", a line.
std::string heading(const Plan& plan, const TextStyle& style);

/// One line when the device lacks something, else empty.
std::string shortage_line(const Plan& plan, const TextStyle& style);

/// " for latency, 30 fps wanted" behind the buffer policy; of the usual goal, throughput, and rate nothing.
std::string goal_words(const Plan& plan);

/// Every row lacks this resource with the same demand.
bool lacked_by_all(const Comparison& comparison, const ResourceUse& use);
/// "needs 163 of 128 controllers: would take at least 2 contexts; T does not change this", or empty.
std::string common_shortage(const Comparison& comparison, const TextStyle& style);

/// The inputs that are assumed rather than measured; the last line of every text.
std::string assumed_text(const Plan& plan);

}  // namespace rowflow
