// Convolutions, pools and fully connected layers of TFLite.
#pragma once

#include "sim/import/tflite_graph.hpp"

namespace rowflow {

void translate_conv(TfliteGraph&);
void translate_depthwise(TfliteGraph&);
void translate_transpose_conv(TfliteGraph&);
/// MediaPipe's Convolution2DTransposeBias.
void translate_custom_transpose_conv(TfliteGraph&);
void translate_average_pool(TfliteGraph&);
void translate_max_pool(TfliteGraph&);
void translate_fully_connected(TfliteGraph&);

}  // namespace rowflow
