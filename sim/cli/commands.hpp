// One function a command; each returns the exit status: 0, or 1 when the answer is no. What is wrong with the input is
// thrown.
#pragma once

#include "sim/cli/request.hpp"

namespace rowflow {

int run_command(const Request& request);
int run_on_devices(const Request& request);  ///< of run, with several of them
int plan_command(const Request& request);
int size_command(const Request& request);
int explain_command(const Request& request);
int calibrate_command(const Request& request);
int sweep_command(const Request& request);
int merge_command(const Request& request);
int import_command(const Request& request);
int export_command(const Request& request);
int report_command(const Request& request);
int regress_command(const Request& request);
int regress_init(const Request& request);  ///< --init
int diff_command(const Request& request);
int penalties_command(const Request& request);
int tune_command(const Request& request);
int validate_command(const Request& request);
int list_command(const Request& request);
int new_command(const Request& request);

}  // namespace rowflow
