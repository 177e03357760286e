#include "sim/cli/jobs.hpp"

#include <algorithm>
#include <thread>

namespace rowflow {

int cores() { return static_cast<int>(std::max(1U, std::thread::hardware_concurrency())); }

int jobs_of(const Request& request) { return request.jobs > 0 ? request.jobs : cores(); }

}  // namespace rowflow
