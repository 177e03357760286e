#include "sim/cli/manual.hpp"

namespace rowflow {

const std::vector<Example>& examples() {
  static const std::vector<Example> all{
      {"run", "rowflow run efficientnet_b0 --tile-height full,7", "whole maps against tiles of seven rows"},
      {"run", "rowflow run efficientnet_b0 --device hailo8,hailo8l", "the same network on two chips"},
      {"run", "rowflow run tiny_se --device tiny --format json -o result.json", "the whole result as JSON"},
      {"run", "rowflow run tiny_se --device tiny --report page.html --trace trace.json",
       "a page for the browser, and trace events for ui.perfetto.dev"},
      {"plan", "rowflow plan efficientnet_b0 --tile-height 7", "stages, buffers and where they lie"},
      {"plan", "rowflow plan tiny_se --device tiny --depths csv", "the buffers' depths alone"},
      {"size", "rowflow size tiny_se --device tiny -o buffers.json", "the smallest buffers at full throughput"},
      {"size", "rowflow size tiny_se --device tiny --pareto", "throughput against bytes"},
      {"explain", "rowflow explain tiny_se --device tiny", "what holds it up, and what would help"},
      {"calibrate", "rowflow calibrate hailo8_single_context", "against published throughputs of a Hailo-8"},
      {"sweep", "rowflow sweep tiny_se --device tiny --tile-height full,4,2 --buffers minimal,full-rate -o points",
       "six points, on all processors"},
      {"sweep", "rowflow sweep tiny_se --device tiny --tile-height full,4 --shard 1/2 -o part1",
       "every second of them, as one job of two"},
      {"merge", "rowflow merge part1 part2 -o whole", "the parts of a sweep that went in shards"},
      {"import", "rowflow import model.onnx -o model.json", "an ONNX model as a network config"},
      {"export", "rowflow export model.onnx --tile-height 7 -o tiled.onnx", "its SE blocks with tiles of seven rows"},
      {"report", "rowflow report points -o points.html", "a page of a sweep's points"},
      {"regress", "rowflow regress --init tiny_se --device tiny -o case.json",
       "a case that expects what comes out now"},
      {"regress", "rowflow regress case.json", "whether it still does"},
      {"diff", "rowflow diff result.json result.json", "what changed between two results"},
      {"tune", "rowflow tune efficientnet_b0", "heights with the least memory at full throughput"},
      {"tune", "rowflow tune efficientnet_b0 --goal fewest-tiled --buffer-kib 3072",
       "as few tiled blocks as that allows"},
      {"penalties", "rowflow penalties model.onnx --data images -o penalties.json",
       "what each height costs in accuracy, on images of yours"},
      {"validate", "rowflow validate case.json", "whether a config is well formed"},
      {"list", "rowflow list", "networks and devices that come with the program"},
      {"new", "rowflow new device -o my_device.json", "a device file to start from"},
      {"help", "rowflow help run", "options and examples of run"},
  };
  return all;
}

}  // namespace rowflow
