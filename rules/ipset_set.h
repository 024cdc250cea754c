// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "dataplane/address.h"

namespace picket {

// ipset's own limit.
inline constexpr uint32_t kIpsetTimeoutMaxS = 2147483;

// What a set's `create` said. The entries of all sets go into one list: a set only says how its lines are read.
//   netmask    length of the block that an address of hash:ip or hash:ip,port stands for; 0: none was given
//   timeout_s  of entries that name none; 0: none
//   refusal    why the set's lines are rejected; empty: they are read
struct IpsetSet {
  Family family = Family::kIpv4;
  bool has_nets = false;
  bool has_ports = false;
  uint8_t netmask = 0;
  uint32_t timeout_s = 0;
  std::string refusal;
  friend bool operator==(const IpsetSet&, const IpsetSet&) = default;
};

// The `TYPE [OPTION...]` of a `create` line.
//   errors  kInvalidArgument  the message is a reject reason
absl::StatusOr<IpsetSet> ParseIpsetCreate(std::string_view text);

// The value of a `timeout` option into `timeout_s`.
//   errors  kInvalidArgument  no number of seconds from 0 to kIpsetTimeoutMaxS
absl::Status ReadIpsetTimeout(std::string_view text, uint32_t& timeout_s);

// `-exist` or `-!`, which may stand anywhere in a line and change nothing here.
constexpr bool IsExistOption(std::string_view word) { return word == "-exist" || word == "-!"; }

// Takes the next word off `rest` that is not such an option; empty when there is none.
std::string_view TakeIpsetWord(std::string_view& rest);

template <size_t N>
bool IsOneOf(const std::array<std::string_view, N>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace picket
