// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "tests/support/frame.h"
#include "tests/support/listing_builder.h"

namespace picket {

// Does up to four random damages to a frame: flipped bits, overwritten bytes, edited lengths, types and fragment
// fields, cuts (sent short, or by a capture), bytes inserted, removed or appended, another link layer.
void Mutate(Frame& frame, Rng& rng);

}  // namespace picket
