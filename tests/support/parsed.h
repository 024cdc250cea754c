// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "dataplane/headers.h"
#include "dataplane/stages/parse.h"
#include "dataplane/verdict.h"
#include "tests/support/frame.h"

namespace picket {

// What ParseFrame makes of an exact-size copy of a frame.
struct ParsedFrame {
  Reason reason = Reason::kNone;
  Headers headers = {};
};

inline ParsedFrame Parsed(const Frame& frame) {
  const ExactCopy copy(frame);
  ParsedFrame parsed;
  parsed.reason = ParseFrame(copy.view(), parsed.headers);
  return parsed;
}

}  // namespace picket
