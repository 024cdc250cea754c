// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "control/config.h"

namespace picket {

// A config text and what is wrong with it: `LINE:COLUMN: KEY: problem` each, in order; empty when nothing is.
struct ConfigCase {
  std::string text;
  std::vector<std::string> problems;
};

inline void CheckConfigCases(const std::vector<ConfigCase>& cases) {
  for (const ConfigCase& c : cases) {
    INFO(c.text.substr(0, 1000));
    std::vector<std::string> expected;
    for (const std::string& problem : c.problems) expected.push_back("p.toml:" + problem);
    const ConfigResult result = ParseConfig(c.text, "p.toml");
    CHECK(result.problems == expected);
    CHECK(result.config.has_value() == expected.empty());
  }
}

}  // namespace picket
