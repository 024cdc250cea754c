// SPDX-License-Identifier: Apache-2.0
#include "control/explain.h"

#include <algorithm>
#include <iterator>
#include <set>

#include "absl/strings/str_format.h"
#include "absl/time/time.h"
#include "control/packet_text.h"
#include "dataplane/stages/reputation.h"

namespace picket {
namespace {

std::vector<ExplainedListing> ExplainListings(const Address& address, const Listing* deciding, const Setup& setup,
                                              Tick now) {
  std::vector<ExplainedListing> explained;
  for (const Listing& l : setup.table->Covering(address)) {
    const bool decides = deciding != nullptr && l == *deciding;
    explained.push_back({l, setup.store->source(l.source).name, decides, l.entry.expiry <= now});
  }
  return explained;
}

std::string ReputationText(const Batch& batch, uint32_t slot, const std::vector<ExplainedListing>& entries,
                           const Setup& setup) {
  const Decision& decision = batch.decision[slot];
  const std::string outside = ToString(batch.Outside(slot));
  if (!decision.listed) {
    return entries.empty() ? absl::StrFormat("no entry covers %s", outside)
                           : absl::StrFormat("%d entries cover %s, none matches this packet", entries.size(), outside);
  }
  const auto by = std::find_if(entries.begin(), entries.end(), [](const ExplainedListing& e) { return e.decides; });
  const std::string text = by == entries.end() ? std::string(Name(decision.verdict)) : ToString(*by, setup);
  return decision.assumed ? text + ", taken to match although the packet shows no port" : text;
}

std::string LimiterText(const Batch& batch, uint32_t slot, const Setup& setup) {
  const Decision& decision = batch.decision[slot];
  if (decision.verdict != Verdict::kLimit) return "no limit applies";
  const bool over = batch.reason[slot] == Reason::kReputationLimit;
  return absl::StrFormat("%s the rate of class %s", over ? "over" : "within",
                         setup.policy.link.rate_classes[decision.rate_class].name);
}

std::string FragmentText(const Headers& headers) {
  if (!headers.is_fragment) return "no fragment";
  if (headers.IsFirstFragment()) {
    return headers.more_fragments ? absl::StrFormat("first fragment, id %d", headers.fragment_id) : "atomic fragment";
  }
  return absl::StrFormat("bytes %d to %d, id %d, first %s", headers.fragment_offset,
                         headers.fragment_offset + headers.fragment_bytes, headers.fragment_id,
                         headers.follows_first ? "known" : "unknown");
}

Decision DecisionOf(const LookupKey& key, const Setup& setup, Tick now) {
  Decision decision;
  setup.table->Lookup({&key, 1}, now, {&decision, 1});
  return decision;
}

LookupKey KeyFor(const Address& address, const Scope& scope) {
  LookupKey key{.address = address, .protocol = scope.protocol, .service_port = std::nullopt};
  if (!scope.ports.empty()) key.service_port = scope.ports.front().first;
  return key;
}

// The ports where some entry's range begins or has just ended: between two of them every port is answered alike.
std::set<uint32_t> BoundariesOf(const std::vector<ExplainedListing>& entries, uint8_t protocol) {
  std::set<uint32_t> boundaries;
  for (const ExplainedListing& e : entries) {
    if (e.listing.entry.scope.protocol != protocol) continue;
    for (const PortRange& r : e.listing.entry.scope.ports) {
      boundaries.insert(r.first);
      boundaries.insert(r.last + 1U);
    }
  }
  return boundaries;
}

bool IsNamed(const std::vector<ExplainedListing>& entries, uint8_t protocol, uint16_t port) {
  return std::any_of(entries.begin(), entries.end(), [&](const ExplainedListing& e) {
    const Scope& scope = e.listing.entry.scope;
    return !scope.ports.empty() && scope.Matches(protocol, port);
  });
}

// The scopes worth asking about: everything, each protocol that an entry names, and each run of its ports that the
// entries treat alike.
std::vector<Scope> ScopesOf(const std::vector<ExplainedListing>& entries) {
  std::vector<Scope> scopes(1);
  std::set<uint8_t> protocols;
  std::set<uint8_t> whole_protocols;
  for (const ExplainedListing& e : entries) {
    const Scope& scope = e.listing.entry.scope;
    if (!scope.protocol) continue;
    protocols.insert(*scope.protocol);
    if (scope.ports.empty()) whole_protocols.insert(*scope.protocol);
  }
  for (const uint8_t protocol : protocols) {
    const std::set<uint32_t> boundaries = BoundariesOf(entries, protocol);
    for (auto at = boundaries.begin(); at != boundaries.end() && std::next(at) != boundaries.end(); ++at) {
      const PortRange run{static_cast<uint16_t>(*at), static_cast<uint16_t>(*std::next(at) - 1)};
      if (IsNamed(entries, protocol, run.first)) scopes.push_back({protocol, {run}});
    }
    if (whole_protocols.contains(protocol)) scopes.push_back({protocol, {}});
  }
  return scopes;
}

}  // namespace

PacketExplanation ExplainPacket(const JudgedPacket& packet, const Setup& setup) {
  const Batch& batch = packet.batch;
  const uint32_t slot = packet.slot;
  PacketExplanation e{packet.number, batch.verdict[slot], batch.reason[slot], {}, {}};
  const std::string_view last = batch.IsLive(slot) ? "limiter" : Info(e.reason).stage;
  e.stages.push_back({"parse", PacketText(batch, slot)});
  if (last == "parse") return e;
  e.stages.push_back({"mode", std::string(Name(batch.mode[slot]))});
  if (last == "mode") return e;
  e.stages.push_back({"fragments", FragmentText(batch.headers[slot])});
  if (last == "fragments") return e;
  const Listing* deciding = setup.table->Deciding(LookupKeyOf(batch, slot), packet.time, nullptr);
  e.entries = ExplainListings(batch.Outside(slot), deciding, setup, packet.time);
  e.stages.push_back({"reputation", ReputationText(batch, slot, e.entries, setup)});
  if (last == "reputation") return e;
  e.stages.push_back({"limiter", LimiterText(batch, slot, setup)});
  return e;
}

AddressExplanation ExplainAddress(const Address& address, const std::optional<Scope>& scope, const Setup& setup,
                                  Tick now) {
  AddressExplanation explanation{address, {}, ExplainListings(address, nullptr, setup, now)};
  const std::vector<Scope> scopes = scope ? std::vector<Scope>{*scope} : ScopesOf(explanation.entries);
  for (const Scope& s : scopes) {
    const LookupKey key = KeyFor(address, s);
    AddressExplanation::Answer answer{s, DecisionOf(key, setup, now), std::nullopt};
    if (const Listing* by = setup.table->Deciding(key, now, nullptr)) {
      answer.by = {*by, setup.store->source(by->source).name, true, false};
      for (ExplainedListing& e : explanation.entries) e.decides = e.decides || e.listing == *by;
    }
    explanation.answers.push_back(std::move(answer));
  }
  return explanation;
}

std::string ExpiryText(Tick expiry) {
  if (expiry == kNever) return "never";
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", absl::FromUnixNanos(static_cast<int64_t>(expiry.ns)),
                          absl::UTCTimeZone());
}

std::string ToString(const ExplainedListing& explained, const Setup& setup) {
  const Entry& e = explained.listing.entry;
  std::string verdict(Name(e.verdict));
  if (e.verdict == Verdict::kLimit) verdict += " to " + setup.policy.link.rate_classes[e.rate_class].name;
  if (e.exception) verdict = "exception";
  return absl::StrFormat("%s %s: %s by %s (tier %s, category %s, score %d, expires %s%s)", ToString(e.prefix),
                         ToString(e.scope), verdict, explained.source, std::string(Name(explained.listing.tier)),
                         std::string(Name(e.category)), e.score, ExpiryText(e.expiry),
                         explained.expired ? ", expired" : "");
}

}  // namespace picket
