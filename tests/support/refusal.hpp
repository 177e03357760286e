// What an InputError says.
#pragma once

#include <string>

#include "sim/base/error.hpp"

namespace rowflow::test {

/// The message of the InputError that the action ends in, or "accepted".
template <typename Action>
std::string refusal(Action action) {
  try {
    action();
  } catch (const InputError& error) {
    return error.what();
  }
  return "accepted";
}

}  // namespace rowflow::test
