// SPDX-License-Identifier: Apache-2.0
// Whatever the text, ParseConfig ends in a config or in problems, each of which names a place in the file.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "control/config.h"
#include "dataplane/policy.h"

namespace {

using picket::Config;
using picket::ConfigResult;

constexpr std::string_view kFile = "dir/fuzz.toml";

void Require(bool holds, std::string_view what, std::string_view problem = "") {
  if (holds) return;
  std::fprintf(stderr, "%.*s: %.*s\n", static_cast<int>(what.size()), what.data(), static_cast<int>(problem.size()),
               problem.data());
  std::abort();
}

// The number before the next colon of `rest`, which moves behind it; 0 when there is none.
unsigned long TakeNumber(std::string_view& rest) {
  const size_t colon = rest.find(':');
  if (colon == std::string_view::npos || colon == 0 ||
      rest.substr(0, colon).find_first_not_of("0123456789") != rest.npos)
    return 0;
  const unsigned long number = std::strtoul(std::string(rest.substr(0, colon)).c_str(), nullptr, 10);
  rest.remove_prefix(colon + 1);
  return number;
}

void RequireProblems(const ConfigResult& result, unsigned long line_max) {
  std::pair<unsigned long, unsigned long> last;
  for (const std::string& problem : result.problems) {
    std::string_view rest = problem;
    Require(rest.starts_with(kFile) && rest[kFile.size()] == ':', "does not name the file", problem);
    rest.remove_prefix(kFile.size() + 1);
    const unsigned long line = TakeNumber(rest);
    const unsigned long column = TakeNumber(rest);
    Require(line >= 1 && line <= line_max && column >= 1, "names no place in the file", problem);
    Require(std::pair(line, column) >= last || problem.ends_with("more problems"), "is not in order", problem);
    Require(std::all_of(rest.begin(), rest.end(), [](char c) { return c >= ' ' && c <= '~'; }), "is not clean",
            problem);
    Require(rest.size() < 1000, "is long", problem);
    last = {line, column};
  }
}

void RequireSound(const Config& config) {
  for (const picket::RateClass& c : config.rate_classes) {
    Require(!c.name.empty() && c.rate_per_s >= 1 && c.rate_per_s <= picket::kRateMax, "rate");
    Require(c.burst >= 1 && c.burst <= picket::kBurstMax, "burst");
  }
  for (const picket::FeedConfig& feed : config.feeds) {
    Require(!feed.name.empty() && !feed.file.empty() && feed.score <= 100, "feed");
    Require((feed.verdict == picket::Verdict::kLimit) == !feed.rate_class.empty(), "rate class of a feed");
  }
  for (const picket::LinkConfig& link : config.links) {
    Require(!link.name.empty() && !link.outside.empty() && !link.inside.empty() && link.workers >= 1, "link");
    const picket::LinkPolicy policy = PolicyOf(config, link);
    Require(std::is_sorted(policy.prefix_modes.begin(), policy.prefix_modes.end(),
                           [](const auto& a, const auto& b) { return a.prefix.length > b.prefix.length; }),
            "prefix modes");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const ConfigResult result = picket::ParseConfig(text, std::string(kFile));
  Require(result.config.has_value() == result.problems.empty(), "a config and problems, or neither");
  // A text that ends with a line end may have its last problem after it.
  RequireProblems(result, static_cast<unsigned long>(std::count(text.begin(), text.end(), '\n')) + 1);
  if (result.config) RequireSound(*result.config);
  return 0;
}
