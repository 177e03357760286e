// source → conv a → conv b → fork → { squeeze → reduce → expand → broadcast, bypass } → scale → add → sink,
// with an optional residual to the add: from conv a, or, with `second`, from a source of its own. Every joint is valid/ready, and a memory of its consumer.
// Stages: 0 source 1 conv a 2 conv b 3 squeeze 4 reduce 5 expand 6 broadcast 7 scale 8 add 9 sink.
// Edges: 0 source→a 1 a→b 2 a→add 3 b→squeeze 4 b→scale 5 squeeze→reduce 6 reduce→expand 7 expand→broadcast
//        8 broadcast→scale 9 scale→add 10 add→sink.
module se_pipeline
  import bench_pkg::*;
(
    input logic clk,
    input logic rst,
    input logic row_mode,  // hand-over of whole rows, else of beats
    input logic residual,
    input logic second,  // the residual comes from a second source
    input logic [31:0] second_cycles,
    input logic [31:0] second_overhead,
    input logic [31:0] second_latency,
    input logic [31:0] groups,
    input logic [31:0] lanes,
    input logic [31:0] squeeze_channels,
    input logic [31:0] tile,
    input logic [31:0] height[3],  // source, conv a, conv b
    input logic [31:0] width[3],
    input logic [31:0] kernel[2],
    input logic [31:0] stride[2],
    input logic [31:0] padding[2],
    input logic [31:0] taps[2],
    input logic [31:0] tap_cycles[2],
    input logic [31:0] conv_shift[2],
    input logic dense[2],
    input logic [31:0] macs[2],  // reduce, expand
    input logic [31:0] fc_shift[2],
    input logic [31:0] cycles[10],
    input logic [31:0] overhead[10],
    input logic [31:0] latency[10],
    input logic [31:0] capacity[11],
    output logic frame_start,
    output logic out_valid,
    output beat_t out_data,
    output logic active,
    output logic overflow,
    output logic [31:0] peak[11]
);
  logic [31:0] row_beats[3];
  for (genvar i = 0; i < 3; i++) assign row_beats[i] = width[i] * groups;

  // Of each edge, at the consumer; of each stage, before and after its output registers.
  logic space[11], take[11], valid[11], ready[11];
  beat_t data[11];
  logic made_valid[9], made_ready[9], pipe_valid[9], pipe_ready[9], pipe_busy[9], reserve[9], busy[10], over[10];
  beat_t made[9], pipe[9];
  for (genvar i = 0; i < 9; i++)
    reg_pipe regs (.clk, .rst, .latency(latency[i]), .in_valid(made_valid[i]), .in_ready(made_ready[i]), .in_data(made[i]),
                   .out_valid(pipe_valid[i]), .out_ready(pipe_ready[i]), .out_data(pipe[i]), .busy(pipe_busy[i]));

  // One to one.
  `define JOIN(edge_index, stage_index) \
    assign valid[edge_index] = pipe_valid[stage_index]; \
    assign data[edge_index] = pipe[stage_index]; \
    assign pipe_ready[stage_index] = ready[edge_index]; \
    assign take[edge_index] = reserve[stage_index];
  `JOIN(0, 0)
  `JOIN(5, 3)
  `JOIN(6, 4)
  `JOIN(7, 5)
  `JOIN(8, 6)
  `JOIN(9, 7)
  `JOIN(10, 8)
  // The second source, and its output registers.
  logic second_valid, second_ready, second_reserve, second_busy, second_piped, second_pipe_busy, second_start;
  beat_t second_made, second_data;
  source #(.Seed(41)) stage_second (.clk, .rst(rst || !second), .row_mode, .height(height[2]), .width(width[2]), .groups,
      .lanes, .cycles(second_cycles), .space_row(space[2]), .overhead(second_overhead), .reserve(second_reserve),
      .out_valid(second_valid), .out_ready(second_ready), .out_data(second_made), .active(second_busy),
      .frame_start(second_start));
  reg_pipe second_regs (.clk, .rst(rst || !second), .latency(second_latency), .in_valid(second_valid && second),
      .in_ready(second_ready), .in_data(second_made), .out_valid(second_piped), .out_ready(ready[2] && second),
      .out_data(second_data), .busy(second_pipe_busy));

  // Forks: a beat goes to both or to none.
  logic skips;  // conv a feeds the add too
  assign skips = residual && !second;
  assign pipe_ready[1] = ready[1] && (!skips || ready[2]);
  assign valid[1] = pipe_valid[1] && (!skips || ready[2]);
  assign valid[2] = second ? second_piped : pipe_valid[1] && skips && ready[1];
  assign data[1] = pipe[1];
  assign data[2] = second ? second_data : pipe[1];
  assign take[1] = reserve[1];
  assign take[2] = second ? second_reserve : reserve[1] && skips;
  assign pipe_ready[2] = ready[3] && ready[4];
  assign valid[3] = pipe_valid[2] && ready[4];
  assign valid[4] = pipe_valid[2] && ready[3];
  assign data[3] = pipe[2];
  assign data[4] = pipe[2];
  assign take[3] = reserve[2];
  assign take[4] = reserve[2];

  `define IN(e) .capacity(capacity[e]), .space_row(space[e]), .reserve_in(take[e]), .in_valid(valid[e]), \
    .in_ready(ready[e]), .in_data(data[e]), .peak(peak[e])
  `define OUT(s) .overhead(overhead[s]), .reserve(reserve[s]), .out_valid(made_valid[s]), .out_ready(made_ready[s]), \
    .out_data(made[s]), .active(busy[s])
  source stage_source (.clk, .rst, .row_mode, .height(height[0]), .width(width[0]), .groups, .lanes, .cycles(cycles[0]),
      .space_row(space[0]), `OUT(0), .frame_start);
  conv #(.Layer(1)) stage_a (.clk, .rst, .row_mode, .height(height[0]), .width(width[0]), .out_height(height[1]),
      .out_width(width[1]), .kernel(kernel[0]), .stride(stride[0]), .padding(padding[0]), .groups, .lanes,
      .dense(dense[0]), .taps(taps[0]), .tap_cycles(tap_cycles[0]), .shift(conv_shift[0]), .row_beats(row_beats[0]),
      `IN(0), .out_space_row(space[1] && (!skips || space[2])), `OUT(1), .overflow(over[1]));
  conv #(.Layer(2)) stage_b (.clk, .rst, .row_mode, .height(height[1]), .width(width[1]), .out_height(height[2]),
      .out_width(width[2]), .kernel(kernel[1]), .stride(stride[1]), .padding(padding[1]), .groups, .lanes,
      .dense(dense[1]), .taps(taps[1]), .tap_cycles(tap_cycles[1]), .shift(conv_shift[1]), .row_beats(row_beats[1]),
      `IN(1), .out_space_row(space[3] && space[4]), `OUT(2), .overflow(over[2]));
  squeeze stage_squeeze (.clk, .rst, .row_mode, .height(height[2]), .width(width[2]), .tile, .groups, .lanes,
      .cycles(cycles[3]), .row_beats(row_beats[2]), `IN(3), .out_space_row(space[5]), `OUT(3), .overflow(over[3]));
  fully_connected #(.Layer(3), .Bias(32)) stage_reduce (.clk, .rst, .row_mode, .inputs(groups * lanes), .outputs(squeeze_channels),
      .in_lanes(lanes), .macs(macs[0]), .cycles(cycles[4]), .shift(fc_shift[0]), .row_beats(groups), `IN(5),
      .out_space_row(space[6]), `OUT(4), .overflow(over[4]));
  fully_connected #(.Layer(4), .Bias(128)) stage_expand (.clk, .rst, .row_mode, .inputs(squeeze_channels),
      .outputs(groups * lanes), .in_lanes(1), .macs(macs[1]), .cycles(cycles[5]), .shift(fc_shift[1]),
      .row_beats(squeeze_channels), `IN(6), .out_space_row(space[7]), `OUT(5), .overflow(over[5]));
  broadcast stage_broadcast (.clk, .rst, .row_mode, .groups, .lanes, .cycles(cycles[6]), .row_beats(groups * lanes), `IN(7),
      .out_space_row(space[8]), `OUT(6), .overflow(over[6]));
  scale stage_scale (.clk, .rst, .row_mode, .height(height[2]), .tile, .groups, .lanes, .cycles(cycles[7]),
      .row_beats(row_beats[2]), `IN(4), .vector_capacity(capacity[8]), .vector_space_row(space[8]),
      .vector_reserve_in(take[8]), .vector_valid(valid[8]), .vector_ready(ready[8]), .vector_data(data[8]),
      .vector_peak(peak[8]), .out_space_row(space[9]), `OUT(7), .overflow(over[7]));
  residual_add stage_add (.clk, .rst, .row_mode, .residual, .cycles(cycles[8]), .row_beats(row_beats[2]), `IN(9),
      .skip_capacity(capacity[2]), .skip_space_row(space[2]), .skip_reserve_in(take[2]), .skip_valid(valid[2]),
      .skip_ready(ready[2]), .skip_data(data[2]), .skip_peak(peak[2]), .out_space_row(space[10]), `OUT(8),
      .overflow(over[8]));

  logic unused_reserve, unused_space, unused_ready;
  logic [31:0] unused_peak;
  logic sink_ready;
  assign sink_ready = 1;
  residual_add stage_sink (.clk, .rst, .row_mode, .residual(1'b0), .cycles(cycles[9]), .overhead(overhead[9]),
      .row_beats(row_beats[2]), `IN(10), .skip_capacity(0), .skip_space_row(unused_space), .skip_reserve_in(1'b0),
      .skip_valid(1'b0), .skip_ready(unused_ready), .skip_data('0), .skip_peak(unused_peak), .out_space_row(1'b1),
      .reserve(unused_reserve), .out_valid, .out_ready(sink_ready), .out_data, .active(busy[9]), .overflow(over[9]));

  assign over[0] = 0;
  always_comb begin
    active = second && (second_busy || (second_pipe_busy && !second_piped));
    overflow = 0;
    for (int i = 0; i < 10; i++) begin
      active |= busy[i];
      overflow |= over[i];
    end
    for (int i = 0; i < 9; i++) active |= pipe_busy[i] && !pipe_valid[i];  // on their way, not waiting
  end
endmodule
