#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>

namespace {

constexpr std::size_t most_mutants = 1 << 16;
unsigned char seen_by_nobody[most_mutants];

}  // namespace

int rowflow_mutant_number = -1;
unsigned char* rowflow_mutants_seen = seen_by_nobody;

namespace {

/// Before all other static objects, which may be mutants' code too. A shared mapping also tells of processes that are
/// killed, or end without their destructors.
__attribute__((constructor(101))) void read_environment() {
  if (const char* number = std::getenv("ROWFLOW_MUTANT")) rowflow_mutant_number = std::atoi(number);
  const char* path = std::getenv("ROWFLOW_MUTANTS_SEEN");
  if (path == nullptr) return;
  const int file = open(path, O_RDWR | O_CREAT, 0644);
  if (file < 0) return;
  void* mapped = MAP_FAILED;
  if (ftruncate(file, most_mutants) == 0)
    mapped = mmap(nullptr, most_mutants, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  close(file);
  if (mapped != MAP_FAILED) rowflow_mutants_seen = static_cast<unsigned char*>(mapped);
}

}  // namespace
