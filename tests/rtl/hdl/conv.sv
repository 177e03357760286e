// A k×k convolution over a line buffer: `taps` taps of all lanes a cycle, dense (every output reads all channels, one
// group of input lanes after the other) or depthwise. Banking of the line buffer is left out: reads are combinational.
module conv
  import bench_pkg::*;
#(
    parameter int Layer = 0
) (
    input logic clk,
    input logic rst,
    input logic row_mode,
    input logic [31:0] height,
    input logic [31:0] width,
    input logic [31:0] out_height,
    input logic [31:0] out_width,
    input logic [31:0] kernel,
    input logic [31:0] stride,
    input logic [31:0] padding,
    input logic [31:0] groups,
    input logic [31:0] lanes,
    input logic dense,
    input logic [31:0] taps,        // a cycle
    input logic [31:0] tap_cycles,  // ⌈kernel² / taps⌉
    input logic [31:0] shift,
    input logic [31:0] overhead,
    input logic [31:0] capacity,    // of the line buffer, beats
    input logic [31:0] row_beats,   // of an input row
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
  logic [31:0] written, freed, base;
  row_port store (.clk, .rst, .row_mode, .capacity, .row_beats, .space_row, .reserve(reserve_in), .in_valid, .in_ready,
                  .written, .freed, .peak, .overflow);
  always_ff @(posedge clk) if (in_valid && in_ready) memory[written[MapAddress-1:0]] <= in_data;

  logic first, advance, working, finish, row_end, row_ok, beat_ok, last_row;
  logic [31:0] beat, sub, cycles;
  assign cycles = dense ? tap_cycles * groups : tap_cycles;
  row_seq seq (.clk, .rst, .overhead, .beats(out_width * groups), .cycles, .row_ok, .beat_ok, .out_ok(out_ready), .first,
               .advance, .working, .valid(out_valid), .finish, .row_end, .beat, .sub);
  assign active = advance;
  assign reserve = row_mode && first;

  // Where the window stands.
  logic [31:0] oy, ox, g, gi, tc;
  int arrived, row_need, beat_need, top, bottom, left, right, next_top, pixel_freed, row_freed;
  assign last_row = oy + 1 == out_height;
  always_comb begin
    arrived = int'(written - base);
    top = int'(oy * stride) - int'(padding);
    bottom = top + int'(kernel) > int'(height) ? int'(height) : top + int'(kernel);  // one past
    row_need = last_row ? int'(height) : bottom < 0 ? 0 : bottom;
    left = int'(ox * stride) - int'(padding);
    right = left + int'(kernel) > int'(width) ? int'(width) : left + int'(kernel);  // one past
    beat_need = bottom <= 0 ? 0
        : ((bottom - 1) * int'(width) + right - 1) * int'(groups) + (dense ? int'(groups) : int'(g) + 1);
    row_ok = !row_mode || (arrived >= row_need * int'(row_beats) && out_space_row);
    beat_ok = row_mode || arrived >= beat_need;
    // Beats of the frame that no later window reads.
    next_top = top + int'(stride);
    row_freed = last_row ? int'(height) : next_top < 0 ? 0 : next_top > row_need ? row_need : next_top;
    pixel_freed = top < 0 ? 0 : top * int'(width)
        + (left + int'(stride) < 0 ? 0 : left + int'(stride) > int'(width) ? int'(width) : left + int'(stride));
  end

  int partial[Lanes], total[Lanes], t, ky, kx, iy, ix;
  beat_t pixel;
  always_comb begin
    out_data = '0;
    pixel = '0;
    {t, ky, kx, iy, ix} = '0;
    for (int l = 0; l < Lanes; l++) total[l] = sub == 0 ? 0 : partial[l];
    for (int i = 0; i < TapsMax; i++) begin
      t = int'(tc * taps) + i;
      ky = t / int'(kernel);
      kx = t - ky * int'(kernel);
      iy = top + ky;
      ix = left + kx;
      if (advance && i < int'(taps) && ky < int'(kernel) && iy >= 0 && iy < int'(height) && ix >= 0 && ix < int'(width)) begin
        pixel = memory[MapAddress'(base + 32'(iy * int'(width) + ix) * groups + (dense ? gi : g))];
        for (int l = 0; l < Lanes; l++)
          if (l < int'(lanes))
            if (dense) begin
              for (int m = 0; m < Lanes; m++)
                if (m < int'(lanes))
                  total[l] += int'(pixel[m*8+:8]) * weight(Layer, int'(g * lanes) + l, int'(gi * lanes) + m, t);
            end else total[l] += int'(pixel[l*8+:8]) * weight(Layer, int'(g * lanes) + l, 0, t);
      end
    end
    for (int l = 0; l < Lanes; l++) if (l < int'(lanes)) out_data[l*8+:8] = clamp8(128 + (total[l] >>> shift));
  end

  always_ff @(posedge clk) begin
    if (rst) begin
      {oy, ox, g, gi, tc} <= '0;
      base <= 0;
      freed <= 0;
    end else begin
      if (advance) partial <= total;
      if (finish) begin
        {gi, tc} <= '0;
        g <= g + 1 == groups ? 0 : g + 1;
        if (g + 1 == groups) begin
          ox <= row_end ? 0 : ox + 1;
          if (!row_mode && !row_end) freed <= base + 32'(pixel_freed) * groups;
        end
        if (row_end) begin
          oy <= last_row ? 0 : oy + 1;
          freed <= base + 32'(row_freed) * row_beats;
          if (last_row) base <= base + height * row_beats;
        end
      end else if (working) begin
        tc <= tc + 1 == tap_cycles ? 0 : tc + 1;
        if (tc + 1 == tap_cycles) gi <= gi + 1;
      end
    end
  end
endmodule
