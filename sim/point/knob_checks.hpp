// Values of knobs that are no words: what is expected where they are none.
#pragma once

#include <string>

namespace rowflow {

/// Each returns null for a value that is one, else what is expected instead.
const char* not_a_name(const std::string& value);
const char* not_a_height(const std::string& value);
const char* not_a_mode(const std::string& value);
const char* not_a_count(const std::string& value);
const char* not_kib(const std::string& value);
const char* not_rows(const std::string& value);
const char* not_a_pace(const std::string& value);
const char* not_a_rate(const std::string& value);
const char* not_a_figure(const std::string& value);
const char* not_frames(const std::string& value);
const char* not_a_fit(const std::string& value);
const char* not_a_batch(const std::string& value);
const char* not_a_number_of_contexts(const std::string& value);
const char* not_a_link(const std::string& value);
const char* not_a_cluster(const std::string& value);
const char* not_subclusters(const std::string& value);
const char* not_a_size(const std::string& value);

}  // namespace rowflow
