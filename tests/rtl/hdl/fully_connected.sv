// A fully connected layer on vectors: one output after the other, `macs` multipliers. It reads the vector once per
// output, so in both hand-over styles it waits for the whole vector and frees it at its end. Outputs leave one a beat.
module fully_connected
  import bench_pkg::*;
#(
    parameter int Layer = 0,
    parameter int Bias = 0  // 128 for the gate: around one half
) (
    input logic clk,
    input logic rst,
    input logic row_mode,
    input logic [31:0] inputs,
    input logic [31:0] outputs,
    input logic [31:0] in_lanes,  // elements of an input beat
    input logic [31:0] macs,
    input logic [31:0] cycles,    // ⌈inputs / macs⌉
    input logic [31:0] shift,
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
  logic [31:0] written, freed;
  row_port store (.clk, .rst, .row_mode, .capacity, .row_beats, .space_row, .reserve(reserve_in), .in_valid, .in_ready,
                  .written, .freed, .peak, .overflow);
  always_ff @(posedge clk)
    if (in_valid && in_ready)
      for (int l = 0; l < Lanes; l++)
        if (l < int'(in_lanes)) memory[VectorAddress'(written * in_lanes + l)] <= in_data[l*8+:8];

  logic first, advance, working, finish, row_end, whole;
  logic [31:0] beat, sub;
  assign whole = written - freed >= row_beats;
  row_seq seq (.clk, .rst, .overhead, .beats(outputs), .cycles, .row_ok(whole && (!row_mode || out_space_row)),
               .beat_ok(1'b1), .out_ok(out_ready), .first, .advance, .working, .valid(out_valid), .finish, .row_end, .beat,
               .sub);
  assign reserve = row_mode && first;
  assign active = advance;

  int partial, total;
  always_comb begin
    total = sub == 0 ? 0 : partial;
    for (int i = 0; i < MacsMax; i++)
      if (advance && i < int'(macs) && int'(sub * macs) + i < int'(inputs))
        total += int'(memory[VectorAddress'(freed * in_lanes + sub * macs + i)])
            * weight(Layer, int'(beat), int'(sub * macs) + i, 0);
    out_data = beat_t'(clamp8(Bias + (total >>> shift)));
  end
  always_ff @(posedge clk) begin
    if (advance) partial <= total;
    if (rst) freed <= 0;
    else if (row_end) freed <= freed + row_beats;
  end
endmodule
