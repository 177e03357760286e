// Takes a vector element by element, replicates it into the lanes in which the map comes: `cycles` clock cycles a beat.
module broadcast
  import bench_pkg::*;
(
    input logic clk,
    input logic rst,
    input logic row_mode,
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
  logic [7:0] memory[1 << VectorAddress];
  logic [31:0] written, freed, position;
  row_port store (.clk, .rst, .row_mode, .capacity, .row_beats, .space_row, .reserve(reserve_in), .in_valid, .in_ready,
                  .written, .freed, .peak, .overflow);
  always_ff @(posedge clk) if (in_valid && in_ready) memory[written[VectorAddress-1:0]] <= in_data[7:0];

  logic first, advance, working, finish, row_end;
  logic [31:0] beat, sub;
  row_seq seq (.clk, .rst, .overhead, .beats(groups), .cycles,
               .row_ok(!row_mode || (written - position >= row_beats && out_space_row)),
               .beat_ok(row_mode || written - position >= lanes), .out_ok(out_ready), .first, .advance, .working,
               .valid(out_valid), .finish, .row_end, .beat, .sub);
  assign reserve = row_mode && first;
  assign active = advance;
  always_comb begin
    out_data = '0;
    for (int l = 0; l < Lanes; l++) if (l < int'(lanes)) out_data[l*8+:8] = memory[VectorAddress'(position + l)];
  end
  always_ff @(posedge clk) begin
    if (rst) begin
      position <= 0;
      freed <= 0;
    end else if (finish) begin
      position <= position + lanes;
      if (!row_mode || row_end) freed <= position + lanes;
    end
  end
endmodule
