// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "dataplane/address.h"
#include "dataplane/scope.h"
#include "dataplane/tick.h"
#include "dataplane/verdict.h"

namespace picket {

// Whose word counts more: a higher tier beats any prefix length below it.
//   feed         feeds, the judge, decoys
//   fleet        other appliances
//   operator     people and their programs
//   never_block  the config's never_block and trusted lists
enum class Tier : uint8_t { kFeed, kFleet, kOperator, kNeverBlock };
std::string_view Name(Tier tier);
std::optional<Tier> TierFromName(std::string_view name);

// What an address is known for. One per entry; `shared` marks carrier NAT, proxies and other addresses of many people.
enum class Category : uint8_t {
  kUnknown,
  kScanner,
  kResearchScanner,
  kBotnet,
  kBruteForce,
  kSpam,
  kProxy,
  kTor,
  kMalware,
  kDdos,
  kShared,
  kBogon,
  kInfrastructure
};
std::string_view Name(Category category);
std::optional<Category> CategoryFromName(std::string_view name);

// Index into the policy's rate classes; kNoRateClass unless the verdict is limit.
using RateClassId = uint16_t;
inline constexpr RateClassId kNoRateClass = 0xffff;
inline constexpr size_t kRateClassesMax = 1024;

// What one source says about one prefix and scope.
//   shapes  (prefix, scope) is the key within a source; score 0..100
//   units   expiry is absolute; kNever: none
//   An exception takes its addresses out of the same source's entries of the same or shorter prefixes, and says nothing
//   to other sources' entries; its verdict means nothing.
struct Entry {
  Prefix prefix;
  Scope scope;
  Verdict verdict = Verdict::kDrop;
  RateClassId rate_class = kNoRateClass;
  Category category = Category::kUnknown;
  uint8_t score = 0;
  Tick expiry = kNever;
  bool exception = false;

  friend bool operator==(const Entry&, const Entry&) = default;
};

}  // namespace picket
