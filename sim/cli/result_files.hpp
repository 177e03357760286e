// Results that exist already as JSON files.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace rowflow {

/// The results of a file of `rowflow run --format json`, one or an array, as an array of documents of schema
/// rowflow.result/1. Throws InputError, with file and JSON pointer where a result is not as rowflow run writes it.
nlohmann::ordered_json read_results(const std::string& path);

/// The same of a file that has been parsed already.
nlohmann::ordered_json results_of(nlohmann::ordered_json parsed, const std::string& path);

/// Whether a document is of `rowflow explain --format json`.
bool is_explanation(const nlohmann::ordered_json& parsed);

/// "file", or "file: /3" of several.
std::string result_place(const std::string& path, const nlohmann::ordered_json& results, std::size_t index);

}  // namespace rowflow
