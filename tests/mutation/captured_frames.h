// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "tests/support/listing_builder.h"
#include "tests/support/origins.h"

namespace picket {

// A seeded sample of every capture in `directory`, at most `per_capture` frames each, of which no more than
// kFrameBytesMax bytes are kept. Captures that cannot be read to their end are named in `*unreadable`.
inline constexpr size_t kFrameBytesMax = 4096;
std::vector<Origin> CapturedFrames(const std::string& directory, size_t per_capture, Rng& rng,
                                   std::vector<std::string>* unreadable);

}  // namespace picket
