// SPDX-License-Identifier: Apache-2.0
#include "rules/listed_address.h"

#include <algorithm>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace picket {
namespace {

constexpr uint8_t kMappedBits = 96;
constexpr Prefix kMappedBlock{Address::V6(0, uint64_t{0xffff} << 32), kMappedBits};

absl::Status Refuse(const std::string& reason) { return absl::InvalidArgumentError(reason); }

absl::Status RefuseEverything(std::string_view text) { return Refuse(QuotedPart(text) + " covers every address"); }

absl::Status RefuseMapped(std::string_view text, const Prefix& mapped) {
  const Address ipv4 = Address::V4(static_cast<uint32_t>(mapped.address.low));
  const Prefix write = Prefix::Of(ipv4, static_cast<uint8_t>(mapped.length - kMappedBits));
  if (write.length == 0) return RefuseEverything(text);
  return Refuse(absl::StrCat(QuotedPart(text), " is an IPv4-mapped IPv6 address: write ", ToString(write)));
}

bool ConsistsOf(std::string_view text, std::string_view characters) {
  return text.find_first_not_of(characters) == std::string_view::npos;
}

// Why digits and dots are no IPv4 address.
std::string ExplainOctets(std::string_view text) {
  if (text.find('.') == std::string_view::npos) return " is a number, no address";
  size_t octets = 1;
  for (std::string_view rest = text;; ++octets) {
    const size_t dot = rest.find('.');
    const std::string_view octet = rest.substr(0, dot);
    if (octet.empty()) return " is no IPv4 address: an octet is missing";
    if (octet.size() > 1 && octet[0] == '0') return " has leading zeros, which some programs read as octal";
    if (octet.size() > 3 || (octet.size() == 3 && octet > "255")) return " has an octet above 255";
    if (dot == std::string_view::npos) break;
    rest.remove_prefix(dot + 1);
  }
  return absl::StrCat(" has ", octets, " octets: write 4");
}

bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// Why `text` (with or without a length) starts with no address.
std::string ExplainAddress(std::string_view text) {
  const std::string_view address = text.substr(0, text.find('/'));
  const size_t colon = address.find(':');
  const bool has_colon = colon != std::string_view::npos;
  const bool has_port = has_colon && address.find(':', colon + 1) == std::string_view::npos;
  if (address.empty()) return " has no address before the /";
  if (text.find("://") != std::string_view::npos) return " is a URL: a list holds addresses only";
  if (address.find_first_of("[]") != std::string_view::npos) return " has brackets: write the address without them";
  if (address.find('%') != std::string_view::npos) return " has a zone: write the address without it";
  if (has_port && ParseAddress(address.substr(0, colon))) {
    return " has a port: write the address alone, or an ipset save list of type hash:ip,port";
  }
  if (ConsistsOf(address, "0123456789.")) return ExplainOctets(address);
  if (has_colon && ConsistsOf(address, "0123456789abcdefABCDEF:.")) return " is no IPv6 address";
  if (!has_colon && std::any_of(address.begin(), address.end(), IsLetter)) {
    return " is a name: a list holds addresses only";
  }
  return " is no address";
}

std::string ExplainLength(std::string_view length, Family family) {
  if (length.find_first_of(".:") != std::string_view::npos) return " has a netmask: write its length, like /24";
  return absl::StrCat(": the length after / is a number from 1 to ", AddressBits(family), " without leading zeros");
}

absl::StatusOr<Address> ParseEnd(std::string_view text) {
  if (text.empty()) return Refuse("the range lacks an end: write FIRST-LAST");
  const std::optional<Address> address = ParseAddress(text);
  if (address && kMappedBlock.Contains(*address)) return RefuseMapped(text, Prefix::Host(*address));
  if (address) return *address;
  if (ParseAddress(text.substr(0, text.find('/')))) {
    return Refuse(absl::StrCat(QuotedPart(text), " is an end of a range: write an address without length"));
  }
  return Refuse(absl::StrCat(QuotedPart(text), ExplainAddress(text)));
}

std::string Spelled(const Address& first, const Address& last) {
  return absl::StrCat("range ", ToString(first), "-", ToString(last));
}

}  // namespace

absl::StatusOr<ListedAddresses> ParseBlock(std::string_view text) {
  ListedAddresses listed;
  const std::optional<Prefix> prefix = ParsePrefix(text, &listed.host_bits_cleared);
  if (!prefix) {
    const size_t slash = text.find('/');
    const std::optional<Address> address = ParseAddress(text.substr(0, slash));
    if (!address) return Refuse(absl::StrCat(QuotedPart(text), ExplainAddress(text)));
    return Refuse(absl::StrCat(QuotedPart(text), ExplainLength(text.substr(slash + 1), address->family)));
  }
  if (prefix->length == 0) return RefuseEverything(text);
  if (kMappedBlock.Contains(*prefix)) return RefuseMapped(text, *prefix);
  listed.range = RangeOf(*prefix);
  return listed;
}

absl::StatusOr<ListedAddresses> ParseRange(std::string_view first, std::string_view last) {
  const absl::StatusOr<Address> low = ParseEnd(first);
  if (!low.ok()) return low.status();
  const absl::StatusOr<Address> high = ParseEnd(last);
  if (!high.ok()) return high.status();
  if (low->family != high->family) return Refuse(Spelled(*low, *high) + " mixes IPv4 and IPv6");
  if (*low > *high) return Refuse(Spelled(*low, *high) + " runs backwards: write the lower address first");
  const ListedAddresses listed{{*low, *high}, false};
  if (listed.range.IsEverything()) return Refuse(Spelled(*low, *high) + " covers every address");
  return listed;
}

std::string QuotedPart(std::string_view text) {
  const std::string_view shown = text.substr(0, kQuotedPartBytesMax);
  return absl::StrCat("\"", absl::CHexEscape(absl::string_view(shown.data(), shown.size())),
                      shown.size() < text.size() ? "...\"" : "\"");
}

std::string_view TakeWord(std::string_view& rest) {
  rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size()));
  const std::string_view word = rest.substr(0, rest.find_first_of(" \t"));
  rest.remove_prefix(word.size());
  return word;
}

}  // namespace picket
