// Networks of a few layers that several tests map.
#pragma once

#include "tests/support/networks.hpp"

namespace rowflow::test {

/// A chain of three convolutions of different size.
inline Network chain() {
  NetworkBuilder net({16, 16, 8});
  const int a = net.conv("a", network_input, 32, 3);
  const int b = net.conv("b", a, 16, 3);
  net.conv("c", b, 64);
  return std::move(net).finish();
}

}  // namespace rowflow::test
