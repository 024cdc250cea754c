// SPDX-License-Identifier: Apache-2.0
#include "rules/ipset_save.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/str_cat.h"
#include "rules/ipset_ports.h"
#include "rules/ipset_set.h"

namespace picket {
namespace {

constexpr std::array<std::string_view, 5> kIgnoredAddValues = {"packets", "bytes", "skbmark", "skbprio", "skbqueue"};
constexpr std::array<std::string_view, 12> kOtherCommands = {"del",  "test", "destroy", "flush", "rename",  "swap",
                                                             "save", "list", "restore", "help",  "version", "quit"};

absl::Status Refuse(const std::string& reason) { return absl::InvalidArgumentError(reason); }

// Skips a word or a quoted text; false if there is none, or no closing quote.
bool SkipComment(std::string_view& rest) {
  rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size()));
  if (rest.empty() || rest.front() != '"') return !TakeIpsetWord(rest).empty();
  size_t close = rest.find('"', 1);
  while (close != std::string_view::npos && rest[close - 1] == '\\') close = rest.find('"', close + 1);
  // ipset gives the backslash no meaning, so it saves comments that end in one: `\"` closes when nothing else does.
  if (close == std::string_view::npos) close = rest.rfind('"');
  rest.remove_prefix(close + 1);
  return close != 0;
}

absl::Status ReadAddOption(std::string_view option, std::string_view& rest, const IpsetSet& set, FeedEntry& entry) {
  if (option == "nomatch") {
    entry.except = true;
    return set.has_nets ? absl::OkStatus() : Refuse("nomatch needs a set of networks (hash:net or hash:net,port)");
  }
  if (option == "comment") return SkipComment(rest) ? absl::OkStatus() : Refuse("the comment lacks its text or end");
  if (option == "timeout") return ReadIpsetTimeout(TakeIpsetWord(rest), entry.timeout_s);
  if (!IsOneOf(kIgnoredAddValues, option)) return Refuse("unknown option " + QuotedPart(option) + " of add");
  return TakeIpsetWord(rest).empty() ? Refuse("option " + QuotedPart(option) + " lacks its value") : absl::OkStatus();
}

absl::StatusOr<ListedAddresses> ParseAddresses(std::string_view text, const IpsetSet& set) {
  const size_t dash = text.find('-');
  absl::StatusOr<ListedAddresses> addresses =
      dash == std::string_view::npos ? ParseBlock(text) : ParseRange(text.substr(0, dash), text.substr(dash + 1));
  if (!addresses.ok()) return addresses;
  AddressRange& range = addresses->range;
  if (range.first.family != set.family) {
    const std::string family = set.family == Family::kIpv4 ? "inet" : "inet6";
    return Refuse(QuotedPart(text) + " does not fit the set's family " + family);
  }
  if (set.netmask == 0) return addresses;
  const AddressRange last_block = RangeOf(Prefix::Of(range.last, set.netmask));
  const AddressRange widened = {FirstBits(range.first, set.netmask), last_block.last};
  if (widened.IsEverything()) return Refuse(QuotedPart(text) + " covers every address with the set's netmask");
  addresses->host_bits_cleared |= widened.first != range.first;
  range = widened;
  return addresses;
}

absl::Status AddEntry(const IpsetSet& set, std::string_view element, std::string_view rest, FeedBuilder& feed) {
  const size_t comma = element.find(',');
  const bool has_ports = comma != std::string_view::npos;
  if (element.empty()) return Refuse("the entry is missing: add NAME ENTRY");
  if (set.has_ports && !has_ports) return Refuse(QuotedPart(element) + " lacks its port: write ADDRESS,PROTOCOL:PORT");
  if (!set.has_ports && has_ports)
    return Refuse(QuotedPart(element) + " has more than the address that the set's type holds");
  const absl::StatusOr<ListedAddresses> addresses = ParseAddresses(element.substr(0, comma), set);
  if (!addresses.ok()) return addresses.status();
  FeedEntry entry;
  entry.timeout_s = set.timeout_s;
  if (has_ports) {
    absl::StatusOr<Scope> scope = ParseIpsetPorts(element.substr(comma + 1));
    if (!scope.ok()) return scope.status();
    entry.scope = *std::move(scope);
  }
  for (std::string_view option = TakeIpsetWord(rest); !option.empty(); option = TakeIpsetWord(rest)) {
    const absl::Status status = ReadAddOption(option, rest, set, entry);
    if (!status.ok()) return status;
  }
  feed.Add(*addresses, std::move(entry));
  return absl::OkStatus();
}

}  // namespace

void IpsetSaveParser::ParseLine(std::string_view line, FeedBuilder& feed) {
  std::string_view rest = line;
  const std::string_view command = TakeIpsetWord(rest);
  if (command.empty() || command.front() == '#' || command == "COMMIT") return;
  if (command == "create") return Create(rest, feed);
  if (command == "add") return Add(rest, feed);
  if (IsOneOf(kOtherCommands, command)) {
    return feed.Reject(QuotedPart(command) + " is a command, not part of a list: only create and add lines are read");
  }
  feed.Reject(QuotedPart(command) + " starts no line of ipset save: create or add was expected");
}

void IpsetSaveParser::Create(std::string_view arguments, FeedBuilder& feed) {
  const std::string name(TakeIpsetWord(arguments));
  if (name.empty()) return feed.Reject("the set's name is missing: create NAME TYPE");
  if (name.size() > kIpsetNameBytesMax) {
    return feed.Reject(absl::StrCat("set name ", QuotedPart(name), " is longer than ", kIpsetNameBytesMax, " bytes"));
  }
  absl::StatusOr<IpsetSet> created = ParseIpsetCreate(arguments);
  IpsetSet set = created.ok() ? *std::move(created) : IpsetSet{.refusal = std::string(created.status().message())};
  const auto known = sets_.find(name);
  if (known == sets_.end() && sets_.size() == kIpsetSetsMax) {
    return feed.Reject(absl::StrCat("more than ", kIpsetSetsMax, " sets: split the list"));
  }
  if (!set.refusal.empty()) {
    feed.Reject(set.refusal);
  } else if (known != sets_.end() && known->second != set) {
    feed.Reject("set " + QuotedPart(name) + " was created before, differently: that one holds");
  }
  if (known == sets_.end()) sets_.emplace(name, std::move(set));
}

void IpsetSaveParser::Add(std::string_view arguments, FeedBuilder& feed) {
  const std::string_view name = TakeIpsetWord(arguments);
  if (name.empty()) return feed.Reject("the set's name is missing: add NAME ENTRY");
  const auto set = sets_.find(absl::string_view(name.data(), name.size()));
  if (set == sets_.end())
    return feed.Reject("set " + QuotedPart(name) + " was not created: its create line is missing");
  if (!set->second.refusal.empty())
    return feed.Reject("set " + QuotedPart(name) + " was refused: " + set->second.refusal);
  const absl::Status status = AddEntry(set->second, TakeIpsetWord(arguments), arguments, feed);
  if (!status.ok()) feed.Reject(std::string(status.message()));
}

}  // namespace picket
