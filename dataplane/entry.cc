// SPDX-License-Identifier: Apache-2.0
#include "dataplane/entry.h"

#include "dataplane/enum_name.h"

namespace picket {
namespace {

constexpr std::array<std::string_view, 4> kTierNames = {"feed", "fleet", "operator", "never_block"};
constexpr std::array<std::string_view, 13> kCategoryNames = {
    "unknown", "scanner", "research_scanner", "botnet", "brute_force",   "spam", "proxy", "tor",
    "malware", "ddos",    "shared",           "bogon",  "infrastructure"};

}  // namespace

std::string_view Name(Tier tier) { return NameOf(kTierNames, tier); }
std::optional<Tier> TierFromName(std::string_view name) { return FromName<Tier>(kTierNames, name); }
std::string_view Name(Category category) { return NameOf(kCategoryNames, category); }
std::optional<Category> CategoryFromName(std::string_view name) { return FromName<Category>(kCategoryNames, name); }

}  // namespace picket
