// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_format.h"
#include "control/config_checker.h"

namespace picket::config {

std::optional<Prefix> TableReader::PrefixOf(std::string_view key, const toml::node& node) {
  if (!node.is_string()) {
    ReportType(key, node, "a string");
    return std::nullopt;
  }
  const std::string& text = node.as_string()->get();
  bool host_bits = false;
  const std::optional<Prefix> prefix = ParsePrefix(text, &host_bits);
  if (prefix && !host_bits) return prefix;
  const Place place = BeginOf(node.source());
  if (prefix) {
    problems_->Add(place, PathOf(key),
                   absl::StrFormat("%s has bits set after its length (write %s)", Quoted(text), ToString(*prefix)));
  } else {
    problems_->Add(place, PathOf(key), Quoted(text) + " is no prefix (write ADDRESS or ADDRESS/LENGTH)");
  }
  return std::nullopt;
}

std::optional<Prefix> TableReader::OnePrefix(std::string_view key) {
  const toml::node* node = Find(key);
  return node == nullptr ? std::nullopt : PrefixOf(key, *node);
}

std::vector<PlacedPrefix> TableReader::Prefixes(std::string_view key) {
  std::vector<PlacedPrefix> prefixes;
  const toml::node* node = Find(key);
  if (node == nullptr) return prefixes;
  if (!node->is_array()) {
    ReportType(key, *node, "a list of strings");
    return prefixes;
  }
  const toml::array& list = *node->as_array();
  if (list.size() > kPrefixesMax) {
    problems_->Add(BeginOf(list[kPrefixesMax].source()), PathOf(key),
                   absl::StrFormat("%d prefixes (at most %d)", list.size(), kPrefixesMax));
    return prefixes;
  }
  absl::flat_hash_map<Prefix, Place> first;
  for (const toml::node& element : list) {
    const std::optional<Prefix> prefix = PrefixOf(key, element);
    if (!prefix) continue;
    const Place place = BeginOf(element.source());
    const auto [earlier, is_new] = first.try_emplace(*prefix, place);
    if (is_new) {
      prefixes.push_back({*prefix, place});
    } else {
      problems_->Add(place, PathOf(key),
                     absl::StrFormat("%s is listed already in line %d", ToString(*prefix), earlier->second.line));
    }
  }
  return prefixes;
}

std::vector<uint64_t> TableReader::Numbers(std::string_view key, uint64_t min, uint64_t max, size_t count_max) {
  std::vector<uint64_t> numbers;
  const toml::node* node = Find(key);
  if (node == nullptr) return numbers;
  if (!node->is_array()) {
    ReportType(key, *node, "a list of integers");
    return numbers;
  }
  const toml::array& list = *node->as_array();
  if (list.empty()) Report(key, "is empty (leave it out for the default)");
  if (list.size() > count_max) {
    problems_->Add(BeginOf(list[count_max].source()), PathOf(key),
                   absl::StrFormat("%d numbers (at most %d)", list.size(), count_max));
    return numbers;
  }
  for (const toml::node& element : list) {
    const std::optional<uint64_t> number = NumberOf(key, element, min, max);
    if (!number) continue;
    if (std::find(numbers.begin(), numbers.end(), *number) == numbers.end()) {
      numbers.push_back(*number);
    } else {
      problems_->Add(BeginOf(element.source()), PathOf(key), absl::StrFormat("%d is listed already", *number));
    }
  }
  return numbers;
}

}  // namespace picket::config
