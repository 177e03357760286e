#include "sim/report/whole_file.hpp"

#include <unistd.h>

#include <cstdio>
#include <system_error>

#include "sim/base/error.hpp"

namespace rowflow {

std::string temporary_name(const std::string& path) { return fmt::format("{}.{}.tmp", path, getpid()); }

void put_in_place(const std::string& temporary, const std::string& path) {
  if (std::rename(temporary.c_str(), path.c_str()) == 0) return;
  const std::string reason = std::generic_category().message(errno);
  std::remove(temporary.c_str());
  throw InputError(path, "cannot be written: " + reason);
}

void write_whole_file(const std::string& path, const std::function<void(fmt::ostream&)>& write) {
  const std::string temporary = temporary_name(path);
  try {
    auto out = fmt::output_file(temporary);
    write(out);
    out.close();
  } catch (const std::system_error& error) {
    std::remove(temporary.c_str());
    throw InputError(path, "cannot be written: " + std::generic_category().message(error.code().value()));
  } catch (...) {
    std::remove(temporary.c_str());
    throw;
  }
  put_in_place(temporary, path);
}

}  // namespace rowflow
