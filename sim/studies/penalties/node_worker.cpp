#include "sim/studies/penalties/node_worker.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "sim/base/error.hpp"
#include "sim/base/json_text.hpp"
#include "sim/base/run_program.hpp"
#include "sim/base/shared_folder.hpp"
#include "sim/base/whole_file.hpp"

namespace rowflow {

namespace {

namespace fs = std::filesystem;

fs::path worker_folder() {
  if (const auto folder = shared_folder("penalties")) return *folder;
  throw InputError("",
                   "the worker that measures penalties was not found: expected share/rowflow/penalties beside the "
                   "program");
}

/// What the worker needs beside node; only what a job uses has to be there.
std::string way_to(const std::string& what) {
  return fmt::format(
      "{}: models run in ONNX Runtime for Node.js. Install Node.js (18 or newer) and its packages, with `npm install "
      "--ignore-scripts onnxruntime-node sharp fflate` in the folder where rowflow is started or in {} (sharp reads "
      "images, fflate .npz files)",
      what, worker_folder().string());
}

[[noreturn]] void fail(const ProgramOutcome& outcome) {
  if (outcome.status == 128 + 9)
    throw InputError("node", "the worker was killed, perhaps for want of memory: expected fewer --jobs");
  if (outcome.status > 128)
    throw InputError("node", fmt::format("ONNX Runtime's process ended with signal {}", outcome.status - 128));
  throw Defect("the worker in Node.js failed: " + outcome.errors);
}

}  // namespace

nlohmann::json run_node_worker(const nlohmann::json& job, const std::string& file) {
  write_whole_file(file, json_text(job));
  const ProgramOutcome outcome = run_program({"node", (worker_folder() / "measure.mjs").string(), file});
  std::error_code none;
  fs::remove(file, none);
  if (!outcome.started) throw InputError("", way_to("no program \"node\" was found"));
  const auto answer = nlohmann::json::parse(outcome.out, nullptr, false);
  if (outcome.status != 0 || !answer.is_object()) fail(outcome);
  if (answer.contains("missing"))
    throw InputError("", way_to(fmt::format("the npm package {} was not found",
                                            answer["missing"][0].get_ref<const std::string&>())));
  if (answer.contains("fault")) throw InputError("", answer["fault"].get_ref<const std::string&>());
  return answer;
}

}  // namespace rowflow
