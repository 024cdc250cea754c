// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "control/config_problems.h"
#include "control/config_text.h"
#include "control/config_toml.h"

namespace picket::config {

inline constexpr int kRepetitionsMax = 32;  // keys and tables defined twice, after which reading stops

// What stands under a `[table]` header that the file has a second time.
struct RepeatedTable {
  std::string name;  // as written: `node`
  Place place;       // of the header
  toml::table table;
};

// What toml++ read, even though it gives up at the first key that is defined twice: such a key is noted, taken out, and
// the text is read again.
//   shapes  no `root`, and the repeated tables empty, after any other syntax error, after kRepetitionsMax
//           repetitions, or when the text must not be parsed at all; every node's place is its place in `text`
struct ParsedToml {
  std::optional<toml::table> root;
  std::vector<RepeatedTable> repeated;
};

// Repeated keys and syntax errors go to `problems`; repeated tables are left to the caller, who knows what they mean.
ParsedToml ParseToml(std::string text, Problems& problems);

}  // namespace picket::config
