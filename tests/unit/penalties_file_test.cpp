// A penalties file comes back as it was written.
#include "sim/config/penalties_file.hpp"

#include <filesystem>
#include <nlohmann/json.hpp>

#include "sim/base/whole_file.hpp"
#include "sim/config/reader.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/refusal.hpp"

using namespace rowflow;
using rowflow::test::refusal;

TEST_CASE("a penalties file comes back as it was written, to six digits") {
  PenaltiesFile file;
  file.description = "a \"description\"";
  file.penalties = {{"a", {{1, 0.25}, {7, 1.0 / 3}}}, {"b.se", {{4, 0}}}, {"c", {{static_gate, 0.5}}}};
  file.gates = {{"c", {0.25, -1.0 / 3}}};
  MeasuredWith with;
  with.model = "m.onnx";
  with.data = "photos";
  with.samples = 80;
  with.metric = "iou";
  with.threshold = 0.3;
  with.se_mode = "static";
  with.labels = "classes.csv";
  with.preprocess.mean = {0.5, 0.25, 0.125};
  with.preprocess.colour = "bgr";
  with.preprocess.fit = "crop";
  with.preprocess.resize = {256, 300};
  with.runtime = "r 1.2";
  with.standard_errors = {{"a", {{7, 0.001}}}};
  file.measured = with;
  const std::string path = (std::filesystem::temp_directory_path() / "rowflow_penalties_file_test.json").string();
  write_whole_file(path, write_penalties_file(file));
  const PenaltiesFile read = read_penalties_file(path);
  std::filesystem::remove(path);
  CHECK(read.description == file.description);
  CHECK(read.penalties.at("a").at(7) == 0.333333);
  CHECK(read.penalties.at("a").at(1) == 0.25);
  CHECK(read.penalties.at("b.se").at(4) == 0);
  REQUIRE(read.measured);
  CHECK(read.measured->data == "photos");
  CHECK(read.measured->samples == 80);
  CHECK(read.measured->metric == "iou");
  CHECK(read.measured->se_mode == "static");
  CHECK(read.penalties.at("c").at(static_gate) == 0.5);
  CHECK(read.gates == std::map<std::string, std::vector<double>>{{"c", {0.25, -0.333333}}});
  CHECK(read.measured->threshold == 0.3);
  CHECK(read.measured->labels == "classes.csv");
  CHECK(read.measured->preprocess.mean == with.preprocess.mean);
  CHECK(read.measured->preprocess.std == with.preprocess.std);
  CHECK(read.measured->preprocess.resize == with.preprocess.resize);
  CHECK(read.measured->preprocess.fit == "crop");
  CHECK(read.measured->runtime == "r 1.2");
  CHECK(read.measured->standard_errors.at("a").at(7) == 0.001);
  CHECK(write_penalties_file(read) == write_penalties_file(file));
}

TEST_CASE("preprocessing: what is not as the schema has it is refused") {
  const auto refusal_of = [](const nlohmann::json& document) {
    return refusal([&] { preprocess_from(Reader("p.json", document)); });
  };
  CHECK(refusal_of({{"description", "photos"}, {"scale", 0.5}}) == "accepted");
  CHECK(refusal_of({{"description", 3}}).find("p.json: /description: found 3, expected") == 0);
  CHECK(refusal_of({{"$schema", true}}).find("p.json: /$schema: found boolean true, expected") == 0);
  CHECK(refusal_of({{"mean", {1, 2}}}).find("p.json: /mean: found an array of 2, expected one number") == 0);
  CHECK(refusal_of({{"resize", {1, 2, 3}}}).find("p.json: /resize: found an array of 3") == 0);
  CHECK(refusal_of({{"std", 0}}).find("p.json: /std: found 0") == 0);
}
