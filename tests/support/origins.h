// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "tests/support/frame.h"

namespace picket {

// A frame for tests to start from, and where it is from.
struct Origin {
  std::string name;
  Frame frame;
};

// Every kind of packet that the tests build: each flaw and what is beside it, sound packets, pieces of datagrams.
std::vector<Origin> BuiltFrames();

}  // namespace picket
