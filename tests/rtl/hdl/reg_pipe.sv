// An elastic chain of `latency` registers (0 = a wire) with valid/ready, held as a ring so that its length is a
// configuration register: a beat leaves `latency` cycles after it entered, later when it is stalled; bubbles collapse.
module reg_pipe
  import bench_pkg::*;
(
    input logic clk,
    input logic rst,
    input logic [31:0] latency,  // at most 255
    input logic in_valid,
    output logic in_ready,
    input beat_t in_data,
    output logic out_valid,
    input logic out_ready,
    output beat_t out_data,
    output logic busy
);
  beat_t data[256];
  logic [31:0] due[256];
  logic [7:0] head, tail;
  logic [31:0] count, now;
  logic wire_only;
  assign wire_only = latency == 0;
  assign busy = count != 0;
  assign out_valid = wire_only ? in_valid : busy && $signed(now - due[head]) >= 0;
  assign out_data = wire_only ? in_data : data[head];
  assign in_ready = wire_only ? out_ready : count < latency || (out_valid && out_ready);

  always_ff @(posedge clk) begin
    if (rst) begin
      head <= 0;
      tail <= 0;
      count <= 0;
      now <= 0;
    end else begin
      now <= now + 1;
      if (!wire_only) begin
        if (in_valid && in_ready) begin
          data[tail] <= in_data;
          due[tail] <= now + latency;
          tail <= tail + 1;
        end
        if (out_valid && out_ready) head <= head + 1;
        count <= count + 32'(in_valid && in_ready) - 32'(out_valid && out_ready);
      end
    end
  end
endmodule
