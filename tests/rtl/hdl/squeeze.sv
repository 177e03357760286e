// Averages tiles of `tile` rows (the last one as short as it comes), channel by channel; the vector leaves while the
// last pixel of the tile is added.
module squeeze
  import bench_pkg::*;
(
    input logic clk,
    input logic rst,
    input logic row_mode,
    input logic [31:0] height,
    input logic [31:0] width,
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
    input logic out_space_row,
    output logic reserve,
    output logic out_valid,
    input logic out_ready,
    output beat_t out_data,
    output logic active,
    output logic [31:0] peak,
    output logic overflow
);
  beat_t memory[1 << MapAddress];
  logic [31:0] written, freed, position;
  row_port store (.clk, .rst, .row_mode, .capacity, .row_beats, .space_row, .reserve(reserve_in), .in_valid, .in_ready,
                  .written, .freed, .peak, .overflow);
  always_ff @(posedge clk) if (in_valid && in_ready) memory[written[MapAddress-1:0]] <= in_data;

  logic first, advance, working, valid, finish, row_end, row_ok, beat_ok, tile_end, emits;
  logic [31:0] beat, sub, row, in_tile, pixels, g;
  assign tile_end = in_tile + 1 == tile || row + 1 == height;
  assign emits = tile_end && beat + groups >= row_beats;
  assign row_ok = !row_mode || (written - position >= row_beats && (!tile_end || out_space_row));
  assign beat_ok = row_mode || written != position;
  row_seq seq (.clk, .rst, .overhead, .beats(row_beats), .cycles, .row_ok, .beat_ok, .out_ok(!emits || out_ready), .first,
               .advance, .working, .valid, .finish, .row_end, .beat, .sub);
  assign out_valid = valid && emits;
  assign reserve = row_mode && first && tile_end;
  assign active = advance;

  logic [31:0] sum[GroupMax][Lanes], total[Lanes];
  beat_t pixel;
  logic [31:0] mean;
  always_comb begin
    out_data = '0;
    pixel = memory[position[MapAddress-1:0]];
    mean = 0;
    for (int l = 0; l < Lanes; l++) begin
      total[l] = (pixels == 0 ? 0 : sum[g[4:0]][l]) + 32'(pixel[l*8+:8]);
      if (emits && l < int'(lanes)) begin
        mean = total[l] / (pixels + 1);
        out_data[l*8+:8] = mean[7:0];
      end
    end
  end

  always_ff @(posedge clk) begin
    if (rst) begin
      {row, in_tile, pixels, g} <= '0;
      position <= 0;
      freed <= 0;
    end else if (finish) begin
      sum[g[4:0]] <= total;
      position <= position + 1;
      if (!row_mode || row_end) freed <= position + 1;
      g <= g + 1 == groups ? 0 : g + 1;
      if (g + 1 == groups) pixels <= row_end && tile_end ? 0 : pixels + 1;
      if (row_end) begin
        in_tile <= tile_end ? 0 : in_tile + 1;
        row <= row + 1 == height ? 0 : row + 1;
      end
    end
  end
endmodule
