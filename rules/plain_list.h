// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

#include "rules/feed_builder.h"

namespace picket {

// Adds what one line of a plain or FireHOL list says, or rejects it.
//   shapes  [ADDRESS | ADDRESS/LENGTH | FIRST-LAST] [NUMBER...] [COMMENT]; blanks may stand around the `-`. Comments
//   start
//           with `#` or `;` anywhere, with `//` at the start or after a blank. Numbers are extra columns and are
//           ignored.
void ParsePlainLine(std::string_view line, FeedBuilder& feed);

}  // namespace picket
