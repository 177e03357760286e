// Operators of TFLite that move, repeat or resize.
#pragma once

#include "sim/import/tflite_graph.hpp"

namespace rowflow {

void translate_reshape(TfliteGraph&);
void translate_transpose(TfliteGraph&);
void translate_pad(TfliteGraph&);
void translate_mirror_pad(TfliteGraph&);
void translate_concat(TfliteGraph&);
void translate_resize_bilinear(TfliteGraph&);
void translate_resize_nearest(TfliteGraph&);
void translate_space_to_depth(TfliteGraph&);
void translate_depth_to_space(TfliteGraph&);
void translate_tile(TfliteGraph&);
void translate_broadcast(TfliteGraph&);

}  // namespace rowflow
