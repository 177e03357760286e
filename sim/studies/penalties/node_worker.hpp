// ONNX Runtime in a process of Node.js: worker/measure.mjs, which says what a job is.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace rowflow {

/// Writes the job to `file` and runs it; its answer. Throws InputError when node or an npm package is missing, and with
/// what the worker says against the user's model or data.
nlohmann::json run_node_worker(const nlohmann::json& job, const std::string& file);

}  // namespace rowflow
