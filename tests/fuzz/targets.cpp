#include "tests/fuzz/targets.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "sim/base/error.hpp"
#include "sim/cli/result_files.hpp"
#include "sim/cli/sweep_page.hpp"
#include "sim/compile/user_costs.hpp"
#include "sim/config/buffers_file.hpp"
#include "sim/config/calibration_file.hpp"
#include "sim/config/device.hpp"
#include "sim/config/heights_file.hpp"
#include "sim/config/locate.hpp"
#include "sim/config/mapping_file.hpp"
#include "sim/config/parse.hpp"
#include "sim/config/penalties_file.hpp"
#include "sim/config/preprocess_file.hpp"
#include "sim/evaluate/evaluate.hpp"
#include "sim/import/import_model.hpp"
#include "sim/import/model_file.hpp"
#include "sim/import/tflite_model.hpp"
#include "sim/mapper/compile.hpp"
#include "sim/network/network.hpp"
#include "sim/point/regression_config.hpp"
#include "sim/report/page.hpp"
#include "sim/report/page_data.hpp"
#include "sim/report/result_diff.hpp"
#include "sim/report/run_json.hpp"
#include "sim/studies/sweep/results.hpp"
#include "sim/studies/sweep/results_csv.hpp"
#include "sim/studies/sweep/run_sweep.hpp"
#include "sim/studies/sweep/summary.hpp"
#include "sim/studies/sweep/sweep.hpp"
#include "sim/studies/sweep/sweep_contents.hpp"
#include "tests/support/networks.hpp"

namespace rowflow::fuzz {

namespace {

namespace fs = std::filesystem;

constexpr Rows most_rows_compiled = 20'000;  // of all layers: what compiles in a moment

/// Small enough to be compiled for every input.
bool is_small(const Network& network) {
  Rows rows = network.input.height;
  for (const Layer& layer : network.layers) rows += layer.output.height;
  return rows <= most_rows_compiled && network.layers.size() <= 300;
}

void read_network(const std::string& /*bytes*/, const std::string& path) {
  const Network network = build_network(read_network_config(path));
  if (is_small(network)) check_plan(compile(network, test::round_device()));
}

void read_a_device(const std::string& /*bytes*/, const std::string& path) {
  static const Network network = [] {
    test::NetworkBuilder net({12, 12, 8});
    const int a = net.conv("a", network_input, 32, 3), b = net.conv("dw", a, 32, 3, 32);
    net.conv("c", net.squeeze_excite("se", b, 8, 3), 16);
    return std::move(net).finish();
  }();
  check_plan(compile(network, read_device(path)));
}

void read_some_results(const std::string& /*bytes*/, const std::string& path) {
  const nlohmann::ordered_json results = read_results(path);
  PagePoints points;
  for (const auto& result : results) {
    points.add(page_point("fuzz", result));
    diff_results(results.front(), result, 1);
  }
  page_html(points, {});
}

void read_database(const std::string& /*bytes*/, const std::string& path) {
  const std::string folder = fs::path(path).parent_path().string();
  for (const char* more : {"-wal", "-shm", "-journal"}) fs::remove(path + more);
  reading_results(folder, [&] {
    const Results results(folder, false);
    write_results_csv(results, [](const std::string& /*line*/) {});
    summarise(results, {});
    sweep_page(results, folder, "fuzz");
    results.inputs();
    results.find("a");
  });
}

void read_onnx(const std::string& bytes, const std::string& /*path*/) {
  import_model(parse_model(bytes, "fuzz.onnx"), "fuzz.onnx", {});
}

void read_tflite(const std::string& bytes, const std::string& /*path*/) {
  import_model(parse_tflite(bytes, "fuzz.tflite", bytes.size() % 2 == 0 ? Weights::whole : Weights::shapes),
               "fuzz.tflite", {});
}

void read_a_sweep(const std::string& /*bytes*/, const std::string& path) {
  const Sweep sweep = read_sweep(path);
  const std::uint64_t count = point_count(sweep);
  for (const std::uint64_t index : {std::uint64_t{0}, count / 2, count - 1})
    if (index < count) point_at(sweep, index);
  sweep_from(sweep_json(sweep), "fuzz");
}

/// Every other kind of config; each reader sees each file.
void read_configs(const std::string& /*bytes*/, const std::string& path) {
  const std::function<void()> readers[] = {
      [&] { read_buffers_file(path); },     [&] { read_mapping_file(path); },
      [&] { read_calibration_file(path); }, [&] { read_penalties_file(path); },
      [&] { read_preprocess_file(path); },  [&] { heights_from(parse_json_file(path), path); }};
  for (const auto& reader : readers) {
    try {
      reader();
    } catch (const std::exception& error) {
      if (!input_fault(error)) throw;
    }
  }
}

void read_costs(const std::string& /*bytes*/, const std::string& path) { read_user_costs(path); }
void read_a_regression(const std::string& /*bytes*/, const std::string& path) { read_regression(path); }

std::vector<std::string> made_costs(const std::string& /*folder*/) {
  return {"layer,cycles,latency\nconv1,12,3\n# comment\nse.scale, 7\r\n", "stage,cost\na,1\nb,2\nc,999999999999\n",
          "\xEF\xBB\xBFstem,4\n"};
}

/// A run that completes, one that deadlocks, and one that does not fit.
std::vector<std::string> made_results(const std::string& /*folder*/) {
  const Device device = read_device(resolve_device("tiny"));
  std::vector<RunResult> results;
  for (const char* buffers : {"full-rate", "minimal"}) {
    EvaluateOptions options;
    options.buffers = buffers;
    results.push_back(evaluate(build_network(read_network_config(resolve_network("tiny_se"))), device, options));
  }
  EvaluateOptions tight;
  tight.fit = "require";
  tight.buffer_budget = 64;
  results.push_back(evaluate(build_network(read_network_config(resolve_network("tiny_se"))), device, tight));
  return {run_json(results), run_json({results.front()})};
}

std::vector<std::string> made_database(const std::string& folder) {
  Sweep sweep = read_sweep((fs::path(configs_folder()) / "sweeps" / "tiny_se.json").string());
  const Contents contents = read_contents(sweep);
  SweepOptions options;
  options.jobs = 1;
  options.keep = Keep::full;
  options.whole = [](const RunResult& result) { return run_json({result}); };
  run_sweep(sweep, contents, "0", folder, options);
  std::ifstream file(results_path(folder), std::ios::binary);
  return {std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>())};
}

}  // namespace

const std::vector<Target>& targets() {
  static const std::vector<Target> all{
      {"network",
       {"configs/networks/tiny_se.json", "configs/networks/efficientnet_b0.json",
        "configs/networks/unet_mobilenet_v2.json", "tests/data/good"},
       {},
       ".json",
       read_network,
       {}},
      {"device", {"configs/devices", "tests/data/good"}, {}, ".json", read_a_device, {}},
      {"results", {}, made_results, ".json", read_some_results, {}},
      {"database", {}, made_database, ".sqlite", read_database, {}},
      {"onnx", {"tests/data/onnx"}, {}, "", read_onnx, {}},
      {"tflite",
       {"node_modules/@mediapipe/selfie_segmentation", "node_modules/@mediapipe/face_detection"},
       {},
       "",
       read_tflite,
       {}},
      {"costs", {}, made_costs, ".csv", read_costs, {}},
      {"sweep", {"configs/sweeps", "tests/data/good"}, {}, ".json", read_a_sweep, {}},
      {"regression", {"configs/regressions", "tests/data/good"}, {}, ".json", read_a_regression, {}},
      {"configs", {"configs/mappings", "configs/calibration", "tests/data/good"}, {}, ".json", read_configs, {}},
      {"drawn", {}, {}, "", {}, evaluate_drawn},
      {"ring", {}, {}, "", {}, work_ring},
      {"buffer", {}, {}, "", {}, work_buffer},
  };
  return all;
}

}  // namespace rowflow::fuzz
