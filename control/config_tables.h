// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "control/config.h"
#include "control/config_checker.h"
#include "control/config_parse.h"
#include "control/config_problems.h"
#include "control/config_toml.h"

// What may stand in each table of the config, one function a table. control/README.md says the same in words.
namespace picket::config {

inline constexpr size_t kLinksMax = 64;
inline constexpr size_t kFeedsMax = 256;
inline constexpr uint32_t kWorkersMax = 64;  // per link
inline constexpr uint32_t kCoreMax = 1023;
inline constexpr size_t kWorkerCoresMax = size_t{kCoreMax} + 1;
inline constexpr uint32_t kMtuMin = 576;
inline constexpr uint32_t kMtuMax = 9216;
inline constexpr size_t kDeviceBytesMax = 255;
inline constexpr size_t kFeedPathBytesMax = 4095;
inline constexpr uint32_t kMbufsMin = 1023;
inline constexpr uint32_t kMbufsMax = 16'777'215;
inline constexpr uint32_t kFragmentDatagramsMin = 64;
inline constexpr uint32_t kFragmentDatagramsMax = 4'194'304;
inline constexpr uint32_t kLimiterBucketsMin = 64;
inline constexpr uint32_t kLimiterBucketsMax = 16'777'216;
inline constexpr uint64_t kBurstBytesLeast = 65'536;  // the default of burst_bytes is never less

// Names that must differ, and where each stands.
using Names = absl::flat_hash_map<std::string, Place>;

// The config as far as it is read, and what the tables still have to agree on.
struct Draft {
  struct ProtectedPrefix {
    Prefix prefix;
    size_t link = 0;  // index in config.links
    Place place;
  };
  struct RateClassUse {
    std::string name;
    Place place;
  };

  Config config;
  std::string folder;  // of the config file; empty: the working folder
  Names links;
  Names devices;
  Names rate_classes;
  Names feeds;
  std::vector<ProtectedPrefix> protected_prefixes;
  std::vector<RateClassUse> rate_class_uses;
};

// Reads all of `toml`, whose root exists. The result holds only when `problems` stays empty.
//   shapes  `folder` as in Draft
Config ReadTables(const ParsedToml& toml, const std::string& folder, Problems& problems);

// Says of each of `repeated` how to write it instead.
void ReportRepeatedTables(const std::vector<RepeatedTable>& repeated, Problems& problems);

// `name`, the value of `key`, is remembered in `names`; a problem when it is there already.
void CheckIsNew(TableReader& table, std::string_view key, const std::optional<std::string>& name, Names& names);

Choices<Mode> ModeChoices();

// [[link]], and after the last one what links must not share.
void CheckLink(TableReader& table, Draft& draft);
void CheckProtectedAreApart(Draft& draft, Problems& problems);

}  // namespace picket::config
