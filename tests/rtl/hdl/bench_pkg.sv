// Widths that are fixed when the model is verilated; everything else is a configuration register, so that one
// binary runs every configuration.
package bench_pkg;
  localparam int Lanes = 4;          // channels of one beat, at most
  localparam int ChannelMax = 32;    // channels of a map, at most
  localparam int GroupMax = 32;      // beats of one pixel, at most
  localparam int TapsMax = 9;        // taps of a convolution in one cycle, at most
  localparam int MacsMax = 16;       // multipliers of a fully connected layer, at most
  localparam int MapAddress = 15;    // log2 of the beats of a row memory
  localparam int VectorAddress = 8;  // log2 of the elements of a vector memory

  typedef logic [Lanes*8-1:0] beat_t;

  // Stands for a weight memory: -4 … 4 without 0, different for each layer, output, input and tap.
  function automatic int weight(input int layer, input int co, input int ci, input int tap);
    int h;
    h = layer * 37 + co * 11 + ci * 5 + tap * 7;
    h = h ^ (h >>> 3);
    return (h & 7) < 4 ? (h & 7) - 4 : (h & 7) - 3;
  endfunction

  // Requantised activation: arithmetic shift, then clamped to eight unsigned bits.
  function automatic logic [7:0] clamp8(input int value);
    return value < 0 ? 8'd0 : value > 255 ? 8'd255 : value[7:0];
  endfunction
endpackage
