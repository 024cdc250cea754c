// SPDX-License-Identifier: Apache-2.0
#include "control/config_checker.h"

#include <algorithm>
#include <bit>

#include "absl/strings/ascii.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

namespace picket::config {
namespace {

constexpr size_t kListedKeysMax = 12;  // a message lists the known keys up to this many

std::string_view TypeName(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::table:
      return "a table";
    case toml::node_type::array:
      return "a list";
    case toml::node_type::string:
      return "a string";
    case toml::node_type::integer:
      return "an integer";
    case toml::node_type::floating_point:
      return "a float";
    case toml::node_type::boolean:
      return "a boolean";
    case toml::node_type::date:
      return "a date";
    case toml::node_type::time:
      return "a time";
    case toml::node_type::date_time:
      return "a date and time";
    case toml::node_type::none:
      break;
  }
  return "nothing";
}

bool IsNameByte(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '.' || c == '_' || c == '-';
}

bool IsControlByte(char c) { return absl::ascii_iscntrl(static_cast<unsigned char>(c)); }

std::string Joined(const std::vector<std::string_view>& names) {
  return absl::StrJoin(names, ", ", [](std::string* out, std::string_view name) { out->append(name); });
}

}  // namespace

const toml::node* TableReader::Find(std::string_view key) {
  known_.push_back(key);
  return table_->get(key);
}

std::string TableReader::PathOf(std::string_view key) const {
  return path_.empty() ? Shown(key) : path_ + "." + Shown(key);
}

Place TableReader::PlaceOf(std::string_view key) const {
  const toml::node* node = table_->get(key);
  return BeginOf(node == nullptr ? table_->source() : node->source());
}

void TableReader::Report(std::string_view key, std::string_view what) {
  problems_->Add(PlaceOf(key), PathOf(key), what);
}

void TableReader::ReportType(std::string_view key, const toml::node& node, std::string_view expected) {
  problems_->Add(BeginOf(node.source()), PathOf(key),
                 absl::StrFormat("expected %s, found %s", expected, TypeName(node)));
}

void TableReader::Require(std::string_view key) {
  if (!Has(key)) Report(key, "missing");
}

void TableReader::ReportUnknownKeys() {
  for (auto&& [key, node] : *table_) {
    if (std::find(known_.begin(), known_.end(), key.str()) != known_.end()) continue;
    std::string hint = DidYouMean(key.str(), known_);
    if (hint.empty() && known_.size() <= kListedKeysMax) hint = absl::StrFormat(" (known here: %s)", Joined(known_));
    problems_->Add(BeginOf(key.source()), PathOf(key.str()), "unknown key" + hint);
  }
}

std::optional<std::string> TableReader::StringOf(std::string_view key) {
  const toml::node* node = Find(key);
  if (node == nullptr) return std::nullopt;
  if (!node->is_string()) {
    ReportType(key, *node, "a string");
    return std::nullopt;
  }
  return node->as_string()->get();
}

std::optional<std::string> TableReader::Text(std::string_view key, size_t bytes_max) {
  std::optional<std::string> text = StringOf(key);
  if (!text) return std::nullopt;
  if (text->empty()) {
    Report(key, "is empty");
  } else if (text->size() > bytes_max) {
    Report(key, absl::StrFormat("has %d bytes (at most %d)", text->size(), bytes_max));
  } else if (std::any_of(text->begin(), text->end(), IsControlByte)) {
    Report(key, Quoted(*text) + " has control characters");
  } else {
    return text;
  }
  return std::nullopt;
}

std::optional<std::string> TableReader::Name(std::string_view key) {
  std::optional<std::string> name = Text(key, kNameBytesMax);
  if (!name || std::all_of(name->begin(), name->end(), IsNameByte)) return name;
  Report(key, Quoted(*name) + " is no name (use letters, digits, `.`, `_` and `-`)");
  return std::nullopt;
}

std::optional<uint64_t> TableReader::Number(std::string_view key, uint64_t min, uint64_t max) {
  const toml::node* node = Find(key);
  return node == nullptr ? std::nullopt : NumberOf(key, *node, min, max);
}

std::optional<uint64_t> TableReader::NumberOf(std::string_view key, const toml::node& node, uint64_t min,
                                              uint64_t max) {
  if (!node.is_integer()) {
    ReportType(key, node, "an integer");
    return std::nullopt;
  }
  const int64_t value = node.as_integer()->get();
  if (value >= 0 && static_cast<uint64_t>(value) >= min && static_cast<uint64_t>(value) <= max) {
    return static_cast<uint64_t>(value);
  }
  problems_->Add(BeginOf(node.source()), PathOf(key),
                 absl::StrFormat("%d is out of range (%d to %d)", value, min, max));
  return std::nullopt;
}

std::optional<bool> TableReader::Boolean(std::string_view key) {
  const toml::node* node = Find(key);
  if (node == nullptr) return std::nullopt;
  if (node->is_boolean()) return node->as_boolean()->get();
  ReportType(key, *node, "true or false");
  return std::nullopt;
}

std::optional<uint64_t> TableReader::PowerOfTwo(std::string_view key, uint64_t min, uint64_t max) {
  const std::optional<uint64_t> value = Number(key, min, max);
  if (!value || std::has_single_bit(*value)) return value;
  Report(key, absl::StrFormat("%d is no power of two (write %d)", *value, std::bit_ceil(*value)));
  return std::nullopt;
}

std::optional<size_t> TableReader::IndexOf(std::string_view key, const std::vector<std::string_view>& names) {
  const std::optional<std::string> text = StringOf(key);
  if (!text) return std::nullopt;
  const auto found = std::find(names.begin(), names.end(), *text);
  if (found != names.end()) return static_cast<size_t>(found - names.begin());
  Report(key, absl::StrFormat("%s is none of %s%s", Quoted(*text), Joined(names), DidYouMean(*text, names)));
  return std::nullopt;
}

std::vector<TableReader> TableReader::TablesUnder(std::string_view key, size_t count_max) {
  std::vector<TableReader> tables;
  const toml::node* node = Find(key);
  if (node == nullptr) return tables;
  const bool is_list = count_max > 0;
  const std::string expected =
      is_list ? absl::StrFormat("tables, each as [[%s]]", PathOf(key)) : absl::StrFormat("one table [%s]", PathOf(key));
  if (is_list ? !node->is_array() : !node->is_table()) ReportType(key, *node, expected);
  if (node->is_table()) tables.emplace_back(*node->as_table(), PathOf(key), *problems_);
  if (!node->is_array()) return tables;
  for (const toml::node& element : *node->as_array()) {
    if (!element.is_table()) {
      if (is_list) ReportType(key, element, expected);
    } else if (is_list && tables.size() == count_max) {
      problems_->Add(BeginOf(element.source()), PathOf(key), absl::StrFormat("more than %d of them", count_max));
      break;
    } else {
      tables.emplace_back(*element.as_table(), PathOf(key), *problems_);
    }
  }
  return tables;
}

}  // namespace picket::config
