// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "control/config_problems.h"
#include "control/config_toml.h"
#include "dataplane/address.h"

namespace picket::config {

inline constexpr size_t kNameBytesMax = 64;
inline constexpr size_t kPrefixesMax = 100'000;  // in one list

// The names an enum value may be written as.
template <typename Enum>
using Choices = std::vector<std::pair<std::string_view, Enum>>;

template <typename Enum>
Choices<Enum> ChoicesOf(std::initializer_list<Enum> values) {
  Choices<Enum> choices;
  for (const Enum value : values) choices.emplace_back(Name(value), value);
  return choices;
}

inline Place BeginOf(const toml::source_region& region) { return {region.begin.line, region.begin.column}; }

struct PlacedPrefix {
  Prefix prefix;
  Place place;
};

// Typed access to one TOML table. Each accessor returns the key's value when it is there and in order; else nothing,
// and what is wrong has gone to the problems. The keys that are asked for are the keys that exist: whoever has asked
// for all calls ReportUnknownKeys().
//   shapes  `path` is the table's name in messages, empty for the root; keys outlive the reader
class TableReader {
 public:
  TableReader(const toml::table& table, std::string path, Problems& problems)
      : table_(&table), path_(std::move(path)), problems_(&problems) {}

  // Up to `bytes_max` bytes, not empty, without control characters.
  std::optional<std::string> Text(std::string_view key, size_t bytes_max);
  // 1..kNameBytesMax of A-Z a-z 0-9 . _ -
  std::optional<std::string> Name(std::string_view key);
  std::optional<uint64_t> Number(std::string_view key, uint64_t min, uint64_t max);
  std::optional<bool> Boolean(std::string_view key);
  // One to `count_max` distinct numbers in the order of the file; empty without the key or after a problem.
  std::vector<uint64_t> Numbers(std::string_view key, uint64_t min, uint64_t max, size_t count_max);
  std::optional<uint64_t> PowerOfTwo(std::string_view key, uint64_t min, uint64_t max);
  template <typename Enum>
  std::optional<Enum> OneOf(std::string_view key, const Choices<Enum>& choices);
  std::optional<Prefix> OnePrefix(std::string_view key);
  // Distinct prefixes in the order of the file; empty without the key.
  std::vector<PlacedPrefix> Prefixes(std::string_view key);
  // The one `[key]`; nothing or, after a problem, several.
  std::vector<TableReader> OneTable(std::string_view key) { return TablesUnder(key, 0); }
  // Every `[[key]]`, at most `count_max`.
  std::vector<TableReader> Tables(std::string_view key, size_t count_max) { return TablesUnder(key, count_max); }

  bool Has(std::string_view key) const { return table_->contains(key); }
  void Require(std::string_view key);
  void ReportUnknownKeys();
  // At the key's value; at the table when the key is absent.
  void Report(std::string_view key, std::string_view what);
  Place PlaceOf(std::string_view key) const;

 private:
  const toml::node* Find(std::string_view key);
  std::string PathOf(std::string_view key) const;
  std::optional<std::string> StringOf(std::string_view key);
  std::optional<size_t> IndexOf(std::string_view key, const std::vector<std::string_view>& names);
  std::optional<uint64_t> NumberOf(std::string_view key, const toml::node& node, uint64_t min, uint64_t max);
  std::optional<Prefix> PrefixOf(std::string_view key, const toml::node& node);
  std::vector<TableReader> TablesUnder(std::string_view key, size_t count_max);
  void ReportType(std::string_view key, const toml::node& node, std::string_view expected);

  const toml::table* table_;
  std::string path_;
  Problems* problems_;
  std::vector<std::string_view> known_;
};

template <typename Enum>
std::optional<Enum> TableReader::OneOf(std::string_view key, const Choices<Enum>& choices) {
  std::vector<std::string_view> names;
  for (const auto& choice : choices) names.push_back(choice.first);
  const std::optional<size_t> index = IndexOf(key, names);
  return index ? std::optional(choices[*index].second) : std::nullopt;
}

}  // namespace picket::config
