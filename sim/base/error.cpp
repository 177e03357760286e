#include "sim/base/error.hpp"

#include <new>
#include <system_error>

namespace rowflow {

std::optional<std::string> input_fault(const std::exception& error) {
  if (dynamic_cast<const InputError*>(&error) != nullptr) return error.what();
  if (dynamic_cast<const std::overflow_error*>(&error) != nullptr)
    return "the figures of the network and the device are too large together: a product exceeds 64 bits";
  if (dynamic_cast<const std::system_error*>(&error) != nullptr) return error.what();  // files and folders
  if (dynamic_cast<const std::bad_alloc*>(&error) != nullptr ||
      dynamic_cast<const std::length_error*>(&error) != nullptr)
    return "there is not enough memory for this: lower what is large in the network, the device or the options";
  return std::nullopt;
}

}  // namespace rowflow
