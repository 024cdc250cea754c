// SPDX-License-Identifier: Apache-2.0
#include "rules/ipset_set.h"

#include <array>
#include <charconv>
#include <optional>

#include "absl/strings/str_cat.h"
#include "rules/listed_address.h"

namespace picket {
namespace {

constexpr std::array<std::string_view, 4> kCreateFlags = {"counters", "comment", "skbinfo", "forceadd"};
constexpr std::array<std::string_view, 4> kIgnoredCreateValues = {"hashsize", "maxelem", "bucketsize", "initval"};

absl::Status Refuse(const std::string& reason) { return absl::InvalidArgumentError(reason); }

std::optional<uint32_t> ParseNumber(std::string_view text, uint32_t max) {
  uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value > max) return std::nullopt;
  return value;
}

absl::Status ReadType(std::string_view type, IpsetSet& set) {
  if (type.empty()) return Refuse("the set's type is missing: create NAME TYPE");
  set.has_nets = type == "hash:net" || type == "hash:net,port";
  set.has_ports = type == "hash:ip,port" || type == "hash:net,port";
  if (set.has_nets || set.has_ports || type == "hash:ip") return absl::OkStatus();
  return Refuse("type " + QuotedPart(type) +
                " is not read, only hash:ip, hash:net, hash:ip,port and hash:net,port are");
}

absl::Status ReadFamily(std::string_view text, IpsetSet& set) {
  if (text != "inet" && text != "inet6") return Refuse("family " + QuotedPart(text) + " is neither inet nor inet6");
  set.family = text == "inet" ? Family::kIpv4 : Family::kIpv6;
  return absl::OkStatus();
}

absl::Status ReadNetmask(std::string_view text, IpsetSet& set) {
  const std::optional<uint32_t> length = ParseNumber(text, AddressBits(Family::kIpv6));
  if (!length || *length == 0) return Refuse("netmask " + QuotedPart(text) + " is no prefix length");
  if (set.has_nets) return Refuse("netmask is no option of sets of networks");
  set.netmask = static_cast<uint8_t>(*length);
  return absl::OkStatus();
}

absl::Status ReadCreateOption(std::string_view option, std::string_view& rest, IpsetSet& set) {
  if (IsOneOf(kCreateFlags, option)) return absl::OkStatus();
  const std::string_view value = TakeIpsetWord(rest);
  if (option == "bitmask") return Refuse("sets with bitmask are not read: only netmask makes prefixes");
  if (option == "family") return ReadFamily(value, set);
  if (option == "timeout") return ReadIpsetTimeout(value, set.timeout_s);
  if (option == "netmask") return ReadNetmask(value, set);
  if (!IsOneOf(kIgnoredCreateValues, option)) return Refuse("unknown option " + QuotedPart(option) + " of create");
  return value.empty() ? Refuse("option " + QuotedPart(option) + " lacks its value") : absl::OkStatus();
}

}  // namespace

std::string_view TakeIpsetWord(std::string_view& rest) {
  std::string_view word = TakeWord(rest);
  while (IsExistOption(word)) word = TakeWord(rest);
  return word;
}

absl::Status ReadIpsetTimeout(std::string_view text, uint32_t& timeout_s) {
  const std::optional<uint32_t> seconds = ParseNumber(text, kIpsetTimeoutMaxS);
  if (!seconds) {
    return Refuse(absl::StrCat("timeout ", QuotedPart(text), " is no number of seconds from 0 to ", kIpsetTimeoutMaxS));
  }
  timeout_s = *seconds;
  return absl::OkStatus();
}

absl::StatusOr<IpsetSet> ParseIpsetCreate(std::string_view rest) {
  IpsetSet set;
  absl::Status status = ReadType(TakeIpsetWord(rest), set);
  for (std::string_view option = TakeIpsetWord(rest); status.ok() && !option.empty(); option = TakeIpsetWord(rest)) {
    status = ReadCreateOption(option, rest, set);
  }
  if (!status.ok()) return status;
  if (set.netmask > AddressBits(set.family)) return Refuse("a netmask of family inet is at most 32");
  return set;
}

}  // namespace picket
