#include "sim/point/knob_checks.hpp"

#include <cstdint>
#include <cstdlib>

namespace rowflow {

namespace {

constexpr std::int64_t most_kib = std::int64_t{1} << 50;

/// Whether the text is an integer in [low, high] of at most 16 digits.
bool is_integer(const std::string& text, std::int64_t low, std::int64_t high) {
  const std::string digits = !text.empty() && text.front() == '-' ? text.substr(1) : text;
  if (digits.empty() || digits.size() > 16 || digits.find_first_not_of("0123456789") != std::string::npos) return false;
  const std::int64_t value = std::stoll(text);
  return value >= low && value <= high;
}

}  // namespace

const char* not_a_name(const std::string& value) { return value.empty() ? "a name" : nullptr; }

const char* not_a_height(const std::string& value) {
  return is_integer(value, 1, 999'999'999) ? nullptr : "a number of rows of at least 1, or \"full\"";
}

const char* not_a_mode(const std::string& /*value*/) { return "tiled, cumulative or static"; }

const char* not_a_count(const std::string& value) {
  return is_integer(value, 0, 999'999'999) ? nullptr : "a number of blocks";
}

const char* not_kib(const std::string& value) {
  return is_integer(value, 1, most_kib) ? nullptr : "KiB in [1, 1125899906842624], or \"none\"";
}

const char* not_rows(const std::string& value) {
  return is_integer(value, 1, 1'000'000'000) ? nullptr : "rows in [1, 1000000000]";
}

const char* not_a_pace(const std::string& value) {
  char* end = nullptr;
  const double pace = std::strtod(value.c_str(), &end);
  const bool number = !value.empty() && *end == '\0' && value.find_first_not_of("0123456789.eE+-") == std::string::npos;
  return number && pace >= 1e-9 && pace <= 1e15 ? nullptr : "frames per second in [1e-9, 1e15], or \"steady\"";
}

const char* not_a_rate(const std::string& value) {
  return not_a_pace(value) == nullptr ? nullptr : "frames per second in [1e-9, 1e15], or \"most\"";
}

const char* not_a_figure(const std::string& value) {
  return is_integer(value, -999'999'999'999'999, 999'999'999'999'999) ? nullptr : "an integer, true or false";
}

const char* not_frames(const std::string& value) {
  return is_integer(value, 1, 1'000'000) ? nullptr : "a number of frames in [1, 1000000], \"steady\" or \"proven\"";
}

const char* not_a_fit(const std::string& /*value*/) { return "assume, require or contexts"; }

const char* not_a_batch(const std::string& value) {
  return is_integer(value, 1, 1'000'000) ? nullptr : "a number of frames in [1, 1000000]";
}

const char* not_a_number_of_contexts(const std::string& value) {
  return is_integer(value, 1, 1'000'000) ? nullptr : "a number of contexts of at least 1, or \"any\"";
}

const char* not_a_link(const std::string& value) {
  return is_integer(value, 1, 1'000'000'000'000) ? nullptr
                                                 : "gen3x4, gen3x1, gen2x1 or bytes a second in [1, 1000000000000]";
}

const char* not_a_cluster(const std::string& value) {
  return is_integer(value, 0, 1'000'000) ? nullptr : "a cluster's number of at least 0";
}

const char* not_subclusters(const std::string& value) {
  return is_integer(value, 1, 1'000'000) ? nullptr : "a number of subclusters of at least 1";
}

const char* not_a_size(const std::string& value) {
  const std::size_t cross = value.find('x');
  const bool size = cross != std::string::npos && is_integer(value.substr(0, cross), 1, 65536) &&
                    is_integer(value.substr(cross + 1), 1, 65536);
  return size ? nullptr : "HxW, like 224x224";
}

}  // namespace rowflow
