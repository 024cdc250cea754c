// SPDX-License-Identifier: Apache-2.0
#include "tests/support/listing_builder.h"

#include <array>
#include <set>

namespace picket {

Listing List(Tier tier, std::string_view prefix, Verdict verdict, std::string_view scope) {
  Entry entry{.prefix = ParsePrefix(prefix).value(), .scope = {}, .verdict = verdict};
  if (!scope.empty()) entry.scope = ParseScope(scope).value();
  return {entry, tier, 0};
}

Listing By(SourceId source, Listing list) {
  list.source = source;
  return list;
}

Listing Until(Tick expiry, Listing list) {
  list.entry.expiry = expiry;
  return list;
}

Listing Rated(RateClassId rate_class, Listing list) {
  list.entry.rate_class = rate_class;
  return list;
}

Listing Except(Listing list) {
  list.entry.exception = true;
  return list;
}

LookupKey Ask(std::string_view address) { return Ask(address, kProtocolTcp, 80); }

LookupKey Ask(std::string_view address, Protocol protocol, uint16_t port) {
  return {.address = ParseAddress(address).value(), .protocol = protocol, .service_port = port};
}

LookupKey AskPartial(std::string_view address, std::optional<uint8_t> protocol) {
  return {.address = ParseAddress(address).value(), .protocol = protocol, .service_port = {}, .partial = true};
}

Address SmallWorld::At(uint64_t index) const {
  const uint64_t low = index & ((uint64_t{1} << bits) - 1);
  return family == Family::kIpv4 ? Address::V4(0xc633'6400 | static_cast<uint32_t>(low))
                                 : Address::V6(0x2001'0db8'0000'0000, low);
}

Prefix SmallWorld::Block(uint64_t index, uint8_t length) const {
  return Prefix::Of(At(index), static_cast<uint8_t>(AddressBits(family) - bits + length));
}

Scope RandomScope(Rng& rng) {
  static const std::array<const char*, 8> kScopes = {"tcp",       "udp",         "icmp",   "tcp/22",
                                                     "tcp/20-30", "tcp/1-21,80", "udp/53", "udp/22,53"};
  const uint64_t pick = Pick(rng, kScopes.size() * 2);
  return pick < kScopes.size() ? ParseScope(kScopes[pick]).value() : Scope{};
}

Entry RandomEntry(Rng& rng, const SmallWorld& world) {
  Entry entry;
  entry.prefix = world.Block(rng(), static_cast<uint8_t>(Pick(rng, world.bits + 1U)));
  entry.scope = RandomScope(rng);
  entry.verdict = static_cast<Verdict>(Pick(rng, kVerdictCount));
  if (entry.verdict == Verdict::kLimit) entry.rate_class = static_cast<RateClassId>(Pick(rng, kRandomRateClasses));
  entry.score = static_cast<uint8_t>(Pick(rng, 101));
  if (Pick(rng, 2) == 0) entry.expiry = Tick::FromSeconds(1 + Pick(rng, kRandomExpiries));
  return entry;
}

std::vector<Listing> MakeListings(Rng& rng, const RandomListings& shape) {
  std::vector<Listing> listings;
  std::set<std::tuple<SourceId, Prefix, Scope>> seen;
  for (size_t i = 0; i < shape.count; ++i) {
    const auto source = static_cast<SourceId>(Pick(rng, shape.sources));
    Listing l{RandomEntry(rng, shape.world), static_cast<Tier>(source % 4), source};
    l.entry.exception = Pick(rng, 16) == 0;
    if (seen.emplace(source, l.entry.prefix, l.entry.scope).second) listings.push_back(std::move(l));
  }
  return listings;
}

LookupKey RandomKey(Rng& rng, const SmallWorld& world) {
  static constexpr std::array<uint8_t, 4> kProtocols = {kProtocolTcp, kProtocolUdp, kProtocolIcmp, kProtocolGre};
  static constexpr std::array<uint16_t, 6> kPorts = {20, 22, 30, 31, 53, 80};
  LookupKey key{.address = world.At(rng()), .protocol = kProtocols[Pick(rng, kProtocols.size())], .service_port = {}};
  key.partial = Pick(rng, 4) == 0;
  if (key.partial && Pick(rng, 2) == 0) key.protocol.reset();
  const bool has_ports = key.protocol == kProtocolTcp || key.protocol == kProtocolUdp;
  if (has_ports && !key.partial && Pick(rng, 8) != 0) key.service_port = kPorts[Pick(rng, kPorts.size())];
  return key;
}

Decision LookupOne(const ReputationTable& table, const LookupKey& key, Tick now) {
  Decision decision;
  table.Lookup({&key, 1}, now, {&decision, 1});
  return decision;
}

std::ostream& operator<<(std::ostream& out, const Decision& decision) {
  if (!decision.listed) return out << "not listed";
  out << Name(decision.tier) << " /" << int{decision.length} << " " << Name(decision.verdict);
  if (decision.rate_class != kNoRateClass) out << " class " << decision.rate_class;
  return out << (decision.assumed ? " assumed" : "");
}

std::ostream& operator<<(std::ostream& out, const LookupKey& key) {
  out << ToString(key.address) << " protocol " << (key.protocol ? ProtocolName(*key.protocol) : "unknown");
  if (key.service_port) out << " port " << *key.service_port;
  return out << (key.partial ? " partial" : "");
}

std::ostream& operator<<(std::ostream& out, const Listing& listing) {
  const Entry& e = listing.entry;
  out << Name(listing.tier) << " source " << listing.source << ": " << ToString(e.prefix) << " " << ToString(e.scope)
      << " " << Name(e.verdict);
  if (e.rate_class != kNoRateClass) out << " class " << e.rate_class;
  if (e.exception) out << " exception";
  if (e.expiry != kNever) out << " until " << e.expiry.ns << " ns";
  return out;
}

}  // namespace picket
