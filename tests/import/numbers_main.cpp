// Writes models with squeeze-and-excite, an image, and what tiled, cumulative and static squeeze-and-excite of
// them is, computed here directly: for the check of tiled exports in a real runtime (numbers_test.mjs). numbers_models
// FOLDER
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>

#include "tests/support/onnx_models.hpp"

namespace {

using rowflow::test::OnnxModel;
using Numbers = std::vector<float>;

constexpr std::int64_t channels = 8, squeezed = 3, width = 5;

struct Block {
  std::string dense;        ///< how the model writes its FCs: "Conv", "Gemm" or "MatMul"
  std::string pool;         ///< its pool: "global", a "sum" divided, one over "flat" pixels, or with channels "last"
  std::string gate;         ///< its gate: in a "product", through a "resize" first, or with channels "last"
  Numbers conv, conv_bias;  ///< [out][in]
  Numbers reduce, reduce_bias, expand, expand_bias;
};

std::mt19937 random_engine(20260101);

Numbers random_numbers(std::size_t count) {
  std::uniform_real_distribution<float> distribution(-1, 1);
  Numbers numbers(count);
  for (float& number : numbers) number = distribution(random_engine);
  return numbers;
}

struct Writing {
  std::string dense, pool = "global", gate = "product";
};

Block random_block(const Writing& writing, std::int64_t inputs) {
  Block block{writing.dense,
              writing.pool,
              writing.gate,
              random_numbers(static_cast<std::size_t>(channels * inputs)),
              random_numbers(channels),
              random_numbers(squeezed * channels),
              random_numbers(squeezed),
              random_numbers(channels * squeezed),
              random_numbers(channels)};
  for (float& bias : block.reduce_bias) bias += 1.5F;  // keeps the ReLU open, so that every gate depends on its tile
  return block;
}

void store(OnnxModel& model, const std::string& name, const std::vector<std::int64_t>& dims, const Numbers& numbers) {
  model.weight(name, dims);
  auto* data = model.proto()
                   .mutable_graph()
                   ->mutable_initializer(model.proto().graph().initializer_size() - 1)
                   ->mutable_float_data();
  data->Assign(numbers.begin(), numbers.end());
}

Numbers transposed(const Numbers& matrix, std::int64_t rows) {
  const auto columns = static_cast<std::int64_t>(matrix.size()) / rows;
  Numbers result;
  for (std::int64_t c = 0; c < columns; ++c) {
    for (std::int64_t r = 0; r < rows; ++r) result.push_back(matrix[static_cast<std::size_t>(r * columns + c)]);
  }
  return result;
}

/// matrix · in + bias, in the writing of the block. Returns the output's name.
std::string dense(OnnxModel& model, const Block& block, const std::string& in, const std::string& out,
                  const Numbers& matrix, const Numbers& bias) {
  const auto rows = static_cast<std::int64_t>(bias.size()), columns = static_cast<std::int64_t>(matrix.size()) / rows;
  store(model, out + ".b", {rows}, bias);
  if (block.dense == "Conv") {
    store(model, out + ".w", {rows, columns, 1, 1}, matrix);
    model.node("Conv", {in, out + ".w", out + ".b"}, {out});
  } else if (block.dense == "Gemm") {
    store(model, out + ".w", {rows, columns}, matrix);
    OnnxModel::set(model.node("Gemm", {in, out + ".w", out + ".b"}, {out}), "transB", std::int64_t{1});
  } else {
    store(model, out + ".w", {columns, rows}, transposed(matrix, rows));
    model.node("MatMul", {in, out + ".w"}, {out + ".product"});
    model.node("Add", {out + ".product", out + ".b"}, {out});
  }
  return out;
}

/// The mean of the map "a" as [1, channels, 1, 1], "p".
void add_pool(OnnxModel& model, const Block& block, const std::string& a, const std::string& p, std::int64_t height) {
  const auto reduced = [&](const char* op, const std::string& in, const std::vector<std::int64_t>& axes) {
    OnnxModel::set(OnnxModel::set(model.node(op, {in}, {p + ".reduced"}), "axes", axes), "keepdims", std::int64_t{1});
  };
  model.integers(p + ".vector", {1, channels, 1, 1});
  if (block.pool == "global") {
    model.node("GlobalAveragePool", {a}, {p});
  } else if (block.pool == "sum") {
    model.weight(p + ".pixels", {}, static_cast<float>(height * width));
    reduced("ReduceSum", a, {2, 3});
    model.node("Div", {p + ".reduced", p + ".pixels"}, {p});
  } else if (block.pool == "flat") {
    model.integers(p + ".flat", {1, channels, -1});
    model.node("Reshape", {a, p + ".flat"}, {p + ".line"});
    model.node("GlobalAveragePool", {p + ".line"}, {p + ".one"});
    model.node("Reshape", {p + ".one", p + ".vector"}, {p});
  } else {
    OnnxModel::set(model.node("Transpose", {a}, {p + ".last"}), "perm", {0, 2, 3, 1});
    reduced("ReduceMean", p + ".last", {1, 2});
    OnnxModel::set(model.node("Transpose", {p + ".reduced"}, {p}), "perm", {0, 3, 1, 2});
  }
}

/// The map "a" times its gate, "s".
void add_product(OnnxModel& model, const Block& block, const std::string& a, const std::string& gate,
                 const std::string& s, std::int64_t height) {
  if (block.gate == "product") {
    model.node("Mul", {a, gate}, {s});
  } else if (block.gate == "resize") {
    model.integers(s + ".size", {1, channels, height, width}).weight(s + ".roi", {0}).weight(s + ".scales", {0});
    OnnxModel::set(model.node("Resize", {gate, s + ".roi", s + ".scales", s + ".size"}, {s + ".wide"}), "mode",
                   "linear");
    model.node("Mul", {a, s + ".wide"}, {s});
  } else {
    OnnxModel::set(model.node("Transpose", {a}, {s + ".a"}), "perm", {0, 2, 3, 1});
    OnnxModel::set(model.node("Transpose", {gate}, {s + ".g"}), "perm", {0, 2, 3, 1});
    model.node("Mul", {s + ".a", s + ".g"}, {s + ".s"});
    OnnxModel::set(model.node("Transpose", {s + ".s"}, {s}), "perm", {0, 3, 1, 2});
  }
}

/// Convolution and block "s<index>" behind `in`.
void add_block(OnnxModel& model, const Block& block, int index, const std::string& in, std::int64_t height) {
  const auto name = [&](const char* part) { return fmt::format("{}{}", part, index); };
  const auto inputs = static_cast<std::int64_t>(block.conv.size()) / channels;
  store(model, name("cw"), {channels, inputs, 1, 1}, block.conv);
  store(model, name("cb"), {channels}, block.conv_bias);
  model.node("Conv", {in, name("cw"), name("cb")}, {name("a")});
  add_pool(model, block, name("a"), name("p"), height);
  std::string vector = name("p");
  if (block.dense != "Conv") {
    model.node("Flatten", {vector}, {name("f")});
    vector = name("f");
  }
  model.node("Relu", {dense(model, block, vector, name("r"), block.reduce, block.reduce_bias)}, {name("ra")});
  model.node("Sigmoid", {dense(model, block, name("ra"), name("e"), block.expand, block.expand_bias)}, {name("g")});
  std::string gate = name("g");
  if (block.dense != "Conv") {
    model.integers(name("shape"), {1, channels, 1, 1});
    model.node("Reshape", {gate, name("shape")}, {name("gate")});
    gate = name("gate");
  }
  add_product(model, block, name("a"), gate, name("s"), height);
}

std::vector<double> product(const Numbers& matrix, const Numbers& bias, const std::vector<double>& in) {
  std::vector<double> out(bias.begin(), bias.end());
  for (std::size_t r = 0; r < bias.size(); ++r) {
    for (std::size_t c = 0; c < in.size(); ++c) out[r] += static_cast<double>(matrix[r * in.size() + c]) * in[c];
  }
  return out;
}

/// A map as [row][column][channel].
using Map = std::vector<std::vector<std::vector<double>>>;

Map convolved(const Block& block, Map map) {
  for (auto& row : map) {
    for (auto& pixel : row) pixel = product(block.conv, block.conv_bias, pixel);
  }
  return map;
}

/// Convolution, then tiled squeeze-and-excite with tiles of so many rows, as the definition says it; cumulative: with
/// the mean of all rows from the first to the tile's last.
Map computed(const Block& block, Map map, std::size_t tile, bool cumulative = false) {
  map = convolved(block, std::move(map));
  const Map rows = map;
  for (std::size_t begin = 0; begin < map.size(); begin += tile) {
    const std::size_t end = std::min(map.size(), begin + tile), first = cumulative ? 0 : begin;
    std::vector<double> mean(channels, 0);
    for (std::size_t y = first; y < end; ++y) {
      for (const auto& pixel : rows[y]) {
        for (std::size_t c = 0; c < pixel.size(); ++c)
          mean[c] += pixel[c] / static_cast<double>((end - first) * rows[y].size());
      }
    }
    std::vector<double> hidden = product(block.reduce, block.reduce_bias, mean);
    for (double& value : hidden) value = std::max(0.0, value);
    const std::vector<double> gate = product(block.expand, block.expand_bias, hidden);
    for (std::size_t y = begin; y < end; ++y) {
      for (auto& pixel : map[y]) {
        for (std::size_t c = 0; c < pixel.size(); ++c) pixel[c] /= 1 + std::exp(-gate[c]);
      }
    }
  }
  return map;
}

/// Convolution, then a factor a channel.
Map scaled(const Block& block, Map map, const Numbers& factors) {
  map = convolved(block, std::move(map));
  for (auto& row : map) {
    for (auto& pixel : row) {
      for (std::size_t c = 0; c < pixel.size(); ++c) pixel[c] *= static_cast<double>(factors[c]);
    }
  }
  return map;
}

/// In the order of ONNX: [channel][row][column].
Map to_map(const Numbers& image, std::size_t height) {
  Map map(height, std::vector<std::vector<double>>(width, std::vector<double>(3)));
  std::size_t i = 0;
  for (std::size_t c = 0; c < 3; ++c) {
    for (auto& row : map) {
      for (auto& pixel : row) pixel[c] = image[i++];
    }
  }
  return map;
}

std::vector<double> flat(const Map& map) {
  std::vector<double> result;
  for (std::size_t c = 0; c < channels; ++c) {
    for (const auto& row : map) {
      for (const auto& pixel : row) result.push_back(pixel[c]);
    }
  }
  return result;
}

/// One model of two blocks, and for several choices of tiles what comes out. 0 = the block is not tiled.
nlohmann::json write_case(const std::string& folder, const Writing& writing, std::int64_t height, std::int64_t opset) {
  const Block first = random_block(writing, 3), second = random_block(writing, channels);
  OnnxModel model(3, height, width, opset);
  add_block(model, first, 1, "x", height);
  add_block(model, second, 2, "s1", height);
  model.output("s2");
  auto* shape =
      model.proto().mutable_graph()->mutable_output(0)->mutable_type()->mutable_tensor_type()->mutable_shape();
  for (const std::int64_t dim : {std::int64_t{1}, channels, height, width}) shape->add_dim()->set_dim_value(dim);
  const std::string file =
      fmt::format("{}/{}_{}_{}_{}_{}.onnx", folder, writing.dense, writing.pool, writing.gate, height, opset);
  std::ofstream(file, std::ios::binary) << model.proto().SerializeAsString();
  const auto rows = static_cast<std::size_t>(height);
  const Numbers image = random_numbers(3 * rows * width);
  const Map map = to_map(image, rows);
  nlohmann::json tilings = nlohmann::json::array();
  nlohmann::json cumulative = nlohmann::json::array();
  for (const std::size_t tile : {std::size_t{1}, std::size_t{4}, std::size_t{7}, rows, rows + 5}) {
    for (const bool both : {true, false}) {
      const std::size_t of_second = both ? tile : rows;
      tilings.push_back({{"tile", tile},
                         {"both", both},
                         {"expected", flat(computed(second, computed(first, map, tile), of_second))}});
    }
    cumulative.push_back(
        {{"tile", tile}, {"expected", flat(computed(second, computed(first, map, tile, true), tile, true))}});
  }
  const Numbers factors = random_numbers(channels), more_factors = random_numbers(channels);
  const nlohmann::json fixed{{"factors", {factors, more_factors}},
                             {"expected", flat(scaled(second, scaled(first, map, factors), more_factors))}};
  return {{"model", file},      {"dims", {1, 3, height, width}}, {"image", image}, {"height", height},
          {"tilings", tilings}, {"cumulative", cumulative},      {"static", fixed}};
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) return 2;
  nlohmann::json cases = nlohmann::json::array();
  for (const char* dense : {"Conv", "Gemm", "MatMul"}) {
    for (const std::int64_t height : {20, 21}) {
      for (const std::int64_t opset : {9, 10, 11, 13, 17})
        cases.push_back(write_case(arguments[1], {dense}, height, opset));
    }
  }
  const auto of_pool = [&](const char* pool, const char* gate) {
    cases.push_back(write_case(arguments[1], {"Conv", pool, gate}, 21, 11));
  };
  for (const char* gate : {"resize", "last"}) of_pool("global", gate);
  for (const char* pool : {"sum", "flat", "last"})
    for (const char* gate : {"product", "resize", "last"}) of_pool(pool, gate);
  std::ofstream(std::string(arguments[1]) + "/cases.json") << cases;
}
