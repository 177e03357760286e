// Produces the frames: a row of beats, one every `cycles` clock cycles. The pixels are a hash of frame, place and channel, and of `Seed`.
module source
  import bench_pkg::*;
#(
    parameter int Seed = 0
) (
    input logic clk,
    input logic rst,
    input logic row_mode,
    input logic [31:0] height,
    input logic [31:0] width,
    input logic [31:0] groups,  // beats of a pixel
    input logic [31:0] lanes,
    input logic [31:0] cycles,
    input logic [31:0] overhead,
    input logic space_row,
    output logic reserve,
    output logic out_valid,
    input logic out_ready,
    output beat_t out_data,
    output logic frame_start,
    output logic active
);
  logic first, advance, working, finish, row_end;
  logic [31:0] beat, sub, row, frame, x, g;
  row_seq seq (
      .clk, .rst, .overhead, .beats(width * groups), .cycles, .row_ok(!row_mode || space_row), .beat_ok(1'b1),
      .out_ok(out_ready), .first, .advance, .working, .valid(out_valid), .finish, .row_end, .beat, .sub
  );
  assign active = advance;
  assign reserve = row_mode && first;
  assign frame_start = first && row == 0;

  int h;
  always_comb begin
    out_data = '0;
    h = 0;
    for (int l = 0; l < Lanes; l++)
      if (l < lanes) begin
        h = int'(frame * 29 + row * 13 + x * 7 + (g * lanes + l) * 3) + Seed;
        h = h * h + (h >> 2);
        out_data[l*8+:8] = h[9:2];
      end
  end

  always_ff @(posedge clk) begin
    if (rst) begin
      row <= 0;
      frame <= 0;
      x <= 0;
      g <= 0;
    end else if (finish) begin
      if (g + 1 == groups) begin
        g <= 0;
        x <= row_end ? 0 : x + 1;
      end else g <= g + 1;
      if (row_end) begin
        row <= row + 1 == height ? 0 : row + 1;
        if (row + 1 == height) frame <= frame + 1;
      end
    end
  end
endmodule
