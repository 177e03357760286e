// Adds the residual to the scaled map, saturating; without a residual it passes the map on. Also serves as the sink:
// a stage that takes beats at its own pace.
module residual_add
  import bench_pkg::*;
(
    input logic clk,
    input logic rst,
    input logic row_mode,
    input logic residual,  // there is a second operand
    input logic [31:0] cycles,
    input logic [31:0] overhead,
    input logic [31:0] row_beats,
    input logic [31:0] capacity,
    output logic space_row,
    input logic reserve_in,
    input logic in_valid,
    output logic in_ready,
    input beat_t in_data,
    input logic [31:0] skip_capacity,
    output logic skip_space_row,
    input logic skip_reserve_in,
    input logic skip_valid,
    output logic skip_ready,
    input beat_t skip_data,
    input logic out_space_row,
    output logic reserve,
    output logic out_valid,
    input logic out_ready,
    output beat_t out_data,
    output logic active,
    output logic [31:0] peak,
    output logic [31:0] skip_peak,
    output logic overflow
);
  beat_t memory[1 << MapAddress], skips[1 << MapAddress];
  logic [31:0] written, freed, position, skip_written;
  logic map_overflow, skip_overflow;
  assign overflow = map_overflow || skip_overflow;
  row_port store (.clk, .rst, .row_mode, .capacity, .row_beats, .space_row, .reserve(reserve_in), .in_valid, .in_ready,
                  .written, .freed, .peak, .overflow(map_overflow));
  row_port skip_store (.clk, .rst, .row_mode, .capacity(skip_capacity), .row_beats, .space_row(skip_space_row),
                       .reserve(skip_reserve_in), .in_valid(skip_valid), .in_ready(skip_ready), .written(skip_written),
                       .freed, .peak(skip_peak), .overflow(skip_overflow));
  always_ff @(posedge clk) begin
    if (in_valid && in_ready) memory[written[MapAddress-1:0]] <= in_data;
    if (skip_valid && skip_ready) skips[skip_written[MapAddress-1:0]] <= skip_data;
  end

  logic first, advance, working, finish, row_end, rows_here, beats_here;
  logic [31:0] beat, sub;
  assign rows_here = written - position >= row_beats && (!residual || skip_written - position >= row_beats);
  assign beats_here = written != position && (!residual || skip_written != position);
  row_seq seq (.clk, .rst, .overhead, .beats(row_beats), .cycles, .row_ok(!row_mode || (rows_here && out_space_row)),
               .beat_ok(row_mode || beats_here), .out_ok(out_ready), .first, .advance, .working, .valid(out_valid), .finish,
               .row_end, .beat, .sub);
  assign reserve = row_mode && first;
  assign active = advance;

  beat_t a, b;
  logic [8:0] sum;
  always_comb begin
    out_data = '0;
    a = memory[position[MapAddress-1:0]];
    b = residual ? skips[position[MapAddress-1:0]] : '0;
    sum = 0;
    for (int l = 0; l < Lanes; l++) begin
      sum = 9'(a[l*8+:8]) + 9'(b[l*8+:8]);
      out_data[l*8+:8] = sum[8] ? 8'd255 : sum[7:0];
    end
  end
  always_ff @(posedge clk) begin
    if (rst) begin
      position <= 0;
      freed <= 0;
    end else if (finish) begin
      position <= position + 1;
      if (!row_mode || row_end) freed <= position + 1;
    end
  end
endmodule
