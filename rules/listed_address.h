// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "rules/address_range.h"

namespace picket {

// What a list's line says about addresses.
//   host_bits_cleared  bits were set after the prefix length
struct ListedAddresses {
  AddressRange range;
  bool host_bits_cleared = false;
};

// `ADDRESS` or `ADDRESS/LENGTH`.
//   errors  kInvalidArgument  the message is a reject reason: what is wrong and what to write instead. Also for what is
//           an address but has no place in a list: length 0, and IPv4-mapped IPv6 (RFC 4291 section 2.5.5.2)
absl::StatusOr<ListedAddresses> ParseBlock(std::string_view text);

// The ends of an inclusive range, each an address without length.
//   errors  as ParseBlock, and: two families, the first end after the last
absl::StatusOr<ListedAddresses> ParseRange(std::string_view first, std::string_view last);

// `text` in quotes, as it may appear in a message: at most kQuotedPartBytesMax bytes of it, everything but printable
// ASCII escaped.
inline constexpr size_t kQuotedPartBytesMax = 60;
std::string QuotedPart(std::string_view text);

constexpr bool IsBlank(char c) { return c == ' ' || c == '\t'; }
constexpr bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Splits at blanks: takes the first word off `rest`; empty when there is none.
std::string_view TakeWord(std::string_view& rest);

}  // namespace picket
