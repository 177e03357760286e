// Sequencer of a stage: rows of `beats` results, each of `cycles` clock cycles, after `overhead` cycles of set-up a row.
// A row begins when row_ok; a beat when beat_ok; a result leaves in its last cycle if out_ok. No bubble in between:
// conditions are looked at in the very cycle in which the row or beat begins.
module row_seq (
    input logic clk,
    input logic rst,
    input logic [31:0] overhead,
    input logic [31:0] beats,
    input logic [31:0] cycles,
    input logic row_ok,
    input logic beat_ok,
    input logic out_ok,
    output logic first,    // this cycle begins the row
    output logic advance,  // this cycle is used
    output logic working,  // … and not for set-up
    output logic valid,    // this cycle would complete the beat
    output logic finish,   // … and does
    output logic row_end,  // … and the row
    output logic [31:0] beat,
    output logic [31:0] sub
);
  logic [31:0] setup;
  logic begun, in_setup, last_sub, can;
  assign in_setup = setup < overhead;
  assign last_sub = sub + 1 == cycles;
  assign can = (begun || row_ok) && (in_setup || sub != 0 || beat_ok);
  assign valid = can && !in_setup && last_sub;
  assign finish = valid && out_ok;
  assign advance = can && (in_setup || !last_sub || out_ok);
  assign working = advance && !in_setup;
  assign first = advance && !begun;
  assign row_end = finish && beat + 1 == beats;

  always_ff @(posedge clk) begin
    if (rst || row_end) begin
      begun <= 0;
      setup <= 0;
      beat <= 0;
      sub <= 0;
    end else if (advance) begin
      begun <= 1;
      if (in_setup) setup <= setup + 1;
      else if (finish) begin
        beat <= beat + 1;
        sub <= 0;
      end else sub <= sub + 1;
    end
  end
endmodule
