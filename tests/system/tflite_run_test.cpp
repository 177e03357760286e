// MediaPipe's networks from their TFLite files (npm's packages, for the tests alone) to plans whose times the oracle,
// from the plan's JSON alone, agrees with to the cycle.
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "sim/config/locate.hpp"
#include "sim/evaluate/evaluate.hpp"
#include "sim/import/import.hpp"
#include "sim/network/squeeze_excite.hpp"
#include "sim/plan/plan_json.hpp"
#include "tests/support/agreement.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/oracle.hpp"

using namespace rowflow;
using namespace rowflow::test;

namespace {

const std::filesystem::path models = std::string(ROWFLOW_SOURCE_DIR) + "/node_modules/@mediapipe";

bool are_there() {
  if (std::filesystem::exists(models)) return true;
  const char* allowed = std::getenv("ROWFLOW_ALLOW_MISSING");
  if (allowed == nullptr || std::string(allowed) != "1")
    FAIL("no " << models << " (scripts/setup.sh tests installs it)");
  return false;
}

std::string against_oracle(const Plan& plan, int frames, Timing timing) {
  const auto expected = oracle::evaluate(nlohmann::json::parse(plan_to_json(plan)), frames);
  return differences(plan, simulate(plan, {timing, frames}), expected);
}

}  // namespace

TEST_CASE("TFLite networks run as the oracle says") {
  if (!are_there()) return;
  const Device device = read_device(resolve_device("hailo8"));
  for (const std::string name :
       {"selfie_segmentation/selfie_segmentation.tflite", "selfie_segmentation/selfie_segmentation_landscape.tflite",
        "hands/hand_landmark_lite.tflite", "hands/hand_landmark_full.tflite", "pose/pose_landmark_lite.tflite",
        "pose/pose_landmark_full.tflite", "pose/pose_landmark_heavy.tflite",
        "face_detection/face_detection_short_range.tflite", "face_detection/face_detection_full_range.tflite"}) {
    Network network = build_network(import_onnx((models / name).string(), {}).network);
    for (const Rows tile : {Rows{0}, Rows{7}}) {
      INFO(name << " T=" << tile);
      set_tile_height(network, tile);
      EvaluateOptions options;
      options.buffers = "full-rate";
      const Plan plan = plan_point(network, device, options);
      CHECK(against_oracle(plan, 3, Timing::decoupled) == "");
      CHECK(against_oracle(plan, 2, Timing::synchronous) == "");
    }
  }
}
