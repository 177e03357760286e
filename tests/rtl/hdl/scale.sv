// Multiplies the map from the bypass with the vector of its tile. The vector stays until its tile is done.
module scale
  import bench_pkg::*;
(
    input logic clk,
    input logic rst,
    input logic row_mode,
    input logic [31:0] height,
    input logic [31:0] tile,
    input logic [31:0] groups,
    input logic [31:0] lanes,
    input logic [31:0] cycles,
    input logic [31:0] overhead,
    input logic [31:0] capacity,
    input logic [31:0] row_beats,
    output logic space_row,
    input logic reserve_in,
    input logic in_valid,
    output logic in_ready,
    input beat_t in_data,
    input logic [31:0] vector_capacity,
    output logic vector_space_row,
    input logic vector_reserve_in,
    input logic vector_valid,
    output logic vector_ready,
    input beat_t vector_data,
    input logic out_space_row,
    output logic reserve,
    output logic out_valid,
    input logic out_ready,
    output beat_t out_data,
    output logic active,
    output logic [31:0] peak,
    output logic [31:0] vector_peak,
    output logic overflow
);
  beat_t memory[1 << MapAddress], vectors[1 << VectorAddress];
  logic [31:0] written, freed, position, vector_written, vector_freed;
  logic map_overflow, vector_overflow;
  assign overflow = map_overflow || vector_overflow;
  row_port store (.clk, .rst, .row_mode, .capacity, .row_beats, .space_row, .reserve(reserve_in), .in_valid, .in_ready,
                  .written, .freed, .peak, .overflow(map_overflow));
  row_port vector_store (.clk, .rst, .row_mode, .capacity(vector_capacity), .row_beats(groups),
                         .space_row(vector_space_row), .reserve(vector_reserve_in), .in_valid(vector_valid),
                         .in_ready(vector_ready), .written(vector_written), .freed(vector_freed), .peak(vector_peak),
                         .overflow(vector_overflow));
  always_ff @(posedge clk) begin
    if (in_valid && in_ready) memory[written[MapAddress-1:0]] <= in_data;
    if (vector_valid && vector_ready) vectors[vector_written[VectorAddress-1:0]] <= vector_data;
  end

  logic first, advance, working, finish, row_end, tile_end;
  logic [31:0] beat, sub, row, in_tile, g, vector_here;
  assign tile_end = in_tile + 1 == tile || row + 1 == height;
  assign vector_here = vector_written - vector_freed;
  row_seq seq (.clk, .rst, .overhead, .beats(row_beats), .cycles,
               .row_ok(!row_mode || (written - position >= row_beats && vector_here >= groups && out_space_row)),
               .beat_ok(row_mode || (written != position && vector_here > g)), .out_ok(out_ready), .first, .advance,
               .working, .valid(out_valid), .finish, .row_end, .beat, .sub);
  assign reserve = row_mode && first;
  assign active = advance;

  beat_t pixel, factor;
  logic [15:0] product;
  always_comb begin
    out_data = '0;
    pixel = memory[position[MapAddress-1:0]];
    factor = vectors[VectorAddress'(vector_freed + g)];
    product = 0;
    for (int l = 0; l < Lanes; l++) begin
      product = 16'(pixel[l*8+:8]) * 16'(factor[l*8+:8]);
      out_data[l*8+:8] = product[15:8];
    end
  end
  always_ff @(posedge clk) begin
    if (rst) begin
      {row, in_tile, g} <= '0;
      position <= 0;
      freed <= 0;
      vector_freed <= 0;
    end else if (finish) begin
      position <= position + 1;
      if (!row_mode || row_end) freed <= position + 1;
      g <= g + 1 == groups ? 0 : g + 1;
      if (row_end) begin
        row <= row + 1 == height ? 0 : row + 1;
        in_tile <= tile_end ? 0 : in_tile + 1;
        if (tile_end) vector_freed <= vector_freed + groups;
      end
    end
  end
endmodule
