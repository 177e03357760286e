// Write side of a circular row memory that its consumer owns.
// Pixel-streaming: a beat is taken whenever one beat is free. Row-synchronous: the producer takes a credit for a whole
// row when it begins it, the consumer gives credits back by whole rows; beats on their way then always find room.
module row_port (
    input logic clk,
    input logic rst,
    input logic row_mode,
    input logic [31:0] capacity,   // beats
    input logic [31:0] row_beats,  // beats of one row
    output logic space_row,        // a credit is left
    input logic reserve,           // the producer takes it
    input logic in_valid,
    output logic in_ready,
    output logic [31:0] written,   // beats since reset
    input logic [31:0] freed,      // beats since reset that nobody will read again (may run ahead of written)
    output logic [31:0] peak,      // most beats held (row mode: reserved) at any time
    output logic overflow          // a beat came without room: a defect of the design
);
  logic [31:0] reserved;
  logic signed [31:0] used, held, held_now;
  assign used = $signed(written - freed);
  assign held = $signed(reserved - freed);
  assign held_now = held + (reserve ? $signed(row_beats) : 0);  // a credit counts in the cycle that takes it
  assign space_row = held + $signed(row_beats) <= $signed(capacity);
  assign in_ready = row_mode || used < $signed(capacity);

  always_ff @(posedge clk) begin
    if (rst) begin
      written <= 0;
      reserved <= 0;
      peak <= 0;
      overflow <= 0;
    end else begin
      if (in_valid && in_ready) written <= written + 1;
      if (reserve) reserved <= reserved + row_beats;
      if (row_mode) begin
        if (held_now > $signed(peak)) peak <= held_now;
      end else if (used > $signed(peak)) peak <= used;
      if (in_valid && row_mode && used >= $signed(capacity)) overflow <= 1;
    end
  end
endmodule
