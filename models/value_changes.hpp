// A value change dump (IEEE 1364) of traced variables. SystemC's own writer says nothing when the disk is full, and
// names the day.
#pragma once

#include <string>
#include <vector>

#include "models/systemc.hpp"
#include "sim/base/whole_file.hpp"

namespace rowflow {

/// Follows the kernel while it lives. Takes unsigned variables alone; the output must outlive it.
class ValueChangeDump final : public sc_core::sc_trace_file {
 public:
  /// `comment` stands at the file's head.
  ValueChangeDump(FileOutput& out, std::string comment);
  ~ValueChangeDump() override;
  ValueChangeDump(const ValueChangeDump&) = delete;
  ValueChangeDump& operator=(const ValueChangeDump&) = delete;

  /// Of the variable with this hierarchical name ("accelerator.conv.stage.doing"), the `width` lowest bits. Before the
  /// kernel runs.
  void trace(const unsigned& object, const std::string& name, int width) override;

 private:
  struct Variable {
    std::string name, code;
    const unsigned* value;
    int width;
    unsigned shown = 0;
  };

  void cycle(bool delta_cycle) override;
  void write_header();
  void write_value(Variable& variable);

  // The rest of the kernel's interface, which nothing here uses.
#define ROWFLOW_NO_TRACE(...) \
  void trace(__VA_ARGS__) override { refuse(); }
  ROWFLOW_NO_TRACE(const sc_core::sc_event&, const std::string&)
  ROWFLOW_NO_TRACE(const sc_core::sc_time&, const std::string&)
  ROWFLOW_NO_TRACE(const bool&, const std::string&)
  ROWFLOW_NO_TRACE(const sc_dt::sc_bit&, const std::string&)
  ROWFLOW_NO_TRACE(const sc_dt::sc_logic&, const std::string&)
  ROWFLOW_NO_TRACE(const unsigned char&, const std::string&, int)
  ROWFLOW_NO_TRACE(const unsigned short&, const std::string&, int)
  ROWFLOW_NO_TRACE(const unsigned long&, const std::string&, int)
  ROWFLOW_NO_TRACE(const char&, const std::string&, int)
  ROWFLOW_NO_TRACE(const short&, const std::string&, int)
  ROWFLOW_NO_TRACE(const int&, const std::string&, int)
  ROWFLOW_NO_TRACE(const long&, const std::string&, int)
  ROWFLOW_NO_TRACE(const sc_dt::int64&, const std::string&, int)
  ROWFLOW_NO_TRACE(const sc_dt::uint64&, const std::string&, int)
  ROWFLOW_NO_TRACE(const float&, const std::string&)
  ROWFLOW_NO_TRACE(const double&, const std::string&)
  ROWFLOW_NO_TRACE(const sc_dt::sc_int_base&, const std::string&)
  ROWFLOW_NO_TRACE(const sc_dt::sc_uint_base&, const std::string&)
  ROWFLOW_NO_TRACE(const sc_dt::sc_signed&, const std::string&)
  ROWFLOW_NO_TRACE(const sc_dt::sc_unsigned&, const std::string&)
  ROWFLOW_NO_TRACE(const sc_dt::sc_fxval&, const std::string&)
  ROWFLOW_NO_TRACE(const sc_dt::sc_fxval_fast&, const std::string&)
  ROWFLOW_NO_TRACE(const sc_dt::sc_fxnum&, const std::string&)
  ROWFLOW_NO_TRACE(const sc_dt::sc_fxnum_fast&, const std::string&)
  ROWFLOW_NO_TRACE(const sc_dt::sc_bv_base&, const std::string&)
  ROWFLOW_NO_TRACE(const sc_dt::sc_lv_base&, const std::string&)
  ROWFLOW_NO_TRACE(const unsigned&, const std::string&, const char**)
#undef ROWFLOW_NO_TRACE
  void write_comment(const std::string&) override { refuse(); }
  void set_time_unit(double, sc_core::sc_time_unit) override { refuse(); }
  [[noreturn]] static void refuse();

  FileOutput& out_;
  const std::string comment_;
  std::vector<Variable> variables_;
  bool begun_ = false;
};

}  // namespace rowflow
