// Operators of TFLite that cut, pick, pack and reduce.
#pragma once

#include "sim/import/tflite_graph.hpp"

namespace rowflow {

void translate_split(TfliteGraph&);
void translate_split_by_sizes(TfliteGraph&);
void translate_slice(TfliteGraph&);
void translate_strided_slice(TfliteGraph&);
void translate_gather(TfliteGraph&);
void translate_pack(TfliteGraph&);
void translate_unpack(TfliteGraph&);
void translate_reduce(TfliteGraph&);
void translate_arg_max(TfliteGraph&);

}  // namespace rowflow
