// Graphs inside a graph, put where they are called: functions that a model brings along, and branches whose condition
// is known.
#pragma once

#include <onnx/onnx_pb.h>

#include <string>

#include "sim/import/import.hpp"

namespace rowflow {

/// Nodes of the model's own functions in the place of each call. Throws InputError when functions call themselves or
/// grow beyond any real model.
void inline_functions(onnx::ModelProto& model, const std::string& file);

/// Whether the graph has If nodes.
bool has_branches(const onnx::ModelProto& model);

/// In the place of every If whose condition follows from shapes and stored values, the nodes of the branch that it
/// takes.
void settle_branches(onnx::ModelProto& model, const std::string& file, const ImportOptions& options);

}  // namespace rowflow
