// SystemC clears an array of 3 MiB when it is loaded: 768 pages to fault in, on some machines more work than a whole
// run. On pages of 2 MiB, where the system has them, it is two.
#if defined(__linux__) && !defined(__SANITIZE_ADDRESS__)
#include <sys/mman.h>

#include <cstdlib>
#include <new>

namespace {
constexpr std::size_t large_page = std::size_t{1} << 21;
}

/// As the standard's, which `delete[]` belongs to: its memory is malloc's.
void* operator new[](std::size_t size) {
  void* memory = nullptr;
  if (size < large_page) {
    memory = std::malloc(size == 0 ? 1 : size);
  } else if (size < ~std::size_t{0} - large_page) {
    const std::size_t whole = (size + large_page - 1) / large_page * large_page;
    memory = std::aligned_alloc(large_page, whole);
    if (memory != nullptr) madvise(memory, whole, MADV_HUGEPAGE);
  }
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
#endif
