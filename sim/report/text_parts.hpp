// Phrases that several text reports share.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/report/comparison.hpp"

namespace rowflow {

std::string kib(Bytes bytes);                       ///< "1,234.5"
std::string rounded_kib(Bytes bytes);               ///< "1,235"
std::string thousands(std::int64_t count);          ///< "1,234,567"
std::string fps_text(const RunResult& result);      ///< "–" when there is none
std::string latency_text(const RunResult& result);  ///< paced, in ms

std::string share_text(const std::optional<double>& share);  ///< 0 … 1: "12 %", "<1 %"; "–" when there is none
/// "−42%" of a value against the first one's; empty for the first itself.
std::string change_text(double value, double first, bool is_first);
std::string megabytes(Bytes bytes);  ///< "1.33"

/// Columns of stalls (sim/metrics/stalls.hpp) and their cells, alike in every comparison.
std::vector<Column> stall_columns();
std::vector<std::string> stall_cells(const RunResult& result);

/// Columns of what a tile height takes, in a group of their own: bypasses, buffers, cuts, the published metric, bytes
/// to the host's memory and back, work of the excite path, energy. The same of another result first, for differences.
std::vector<Column> memory_columns();
std::vector<std::string> memory_cells(const RunResult& result, const RunResult& first);

/// "efficientnet_b2 on hailo8: 260×260×3, …", a line.
std::string heading(const Plan& plan, const TextStyle& style);

/// One line when the device lacks something, else empty.
std::string shortage_line(const Plan& plan, const TextStyle& style);

/// " for latency, 30 fps wanted" behind the buffer policy; of the usual goal, throughput, and rate nothing.
std::string goal_words(const Plan& plan);

/// The tile height, and whether means are cumulative (T24).
std::string height_words(const Plan& plan);

/// Every row lacks this resource with the same demand.
bool lacked_by_all(const Comparison& comparison, const ResourceUse& use);

/// A line; empty where no file says what the tiles cost.
std::string penalty_line(const RunResult& result);

/// The stage that a context begins with, behind its sources.
std::string first_layer(const Plan& plan);

std::string assumed_count(const Provenance& plan);  ///< "44 figures are assumed, not measured"
/// How many inputs are assumed rather than measured, in verbose texts which; the last line of every text.
std::string assumed_text(const Provenance& plan, const TextStyle& style);

/// "941 L3 + 34 L4": memory cuts of weights and buffers; of several contexts those of the one that takes most.
std::string cuts_words(const RunResult& result);

}  // namespace rowflow
