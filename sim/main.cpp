// The program's entry. SystemC's own library brings a main that prints a banner and calls sc_main; ours comes first, so
// that standard error stays the program's. sc_main must exist all the same, since that library refers to it.
#include "sim/cli/program.hpp"

#include <cstdlib>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace {

/// Searches make and drop arrays of some MiB by the thousand: faulting their pages in anew each time would be a third
/// of the work on some machines. What is dropped is kept for the next one.
void keep_dropped_memory() {
#ifdef __GLIBC__
  mallopt(M_MMAP_THRESHOLD, 64 << 20);
  mallopt(M_TRIM_THRESHOLD, 256 << 20);
#endif
}

}  // namespace

extern "C" int sc_main(int argc, char** argv);
int sc_main(int argc, char** argv) { return rowflow::program(argc, argv); }

int main(int argc, char** argv) {
  keep_dropped_memory();
  return rowflow::program(argc, argv);
}
