// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/hash/hash.h"
#include "dataplane/batch.h"
#include "dataplane/entry.h"

namespace picket {

using SourceId = uint16_t;

// An entry with who said it.
struct Listing {
  Entry entry;
  Tier tier = Tier::kFeed;
  SourceId source = 0;

  friend bool operator==(const Listing&, const Listing&) = default;
};

// The one order of precedence: tier first, then the longer prefix, then the stronger verdict. Listings that are equal
// in all three are told apart by rate class, scope and source, the lower first, so that the answer never depends on the
// order of arrival. The wider of two scopes of one protocol is the lower: what truly matches precedes what is assumed.
bool Precedes(const Listing& a, const Listing& b);

// What is asked of the table.
//   protocol      none: unknown (a later IPv6 fragment, whose next header is the sender's to choose)
//   service_port  the inside endpoint's port; none: the packet shows none
//   partial       a later fragment whose first is unknown: port-scoped drops are taken to match
struct LookupKey {
  Address address;
  std::optional<uint8_t> protocol;
  std::optional<uint16_t> service_port;
  bool partial = false;
};

// How a listing's scope relates to a key: not at all, truly, or only because the key is partial.
enum class ScopeMatch : uint8_t { kNo, kYes, kAssumed };
ScopeMatch MatchScope(const Listing& listing, const LookupKey& key);

// Which verdict every address has: an immutable picture of all sources, shared by all workers.
//   Of all listings that cover the address, have not expired and match protocol and port, the one that precedes the
//   others decides; so a scoped entry that does not match falls back to the next shorter one, and a feed's /32 never
//   opens or overrides an operator's /16. Exceptions (ipset's nomatch) never decide: they hide their own source's
//   entries. Host and prefix are read both, whatever their length.
//   shapes  one probe for each prefix length in use, more below exceptions; any length from 0 to full is allowed. No
//           length limits here: this is the plain form that faster ones are measured against.
class ReputationTable {
 public:
  // `generation` names the picture in verdicts, status and events.
  //   shapes  one listing for each source, prefix and scope, as ReputationStore keeps them
  explicit ReputationTable(std::span<const Listing> listings = {}, uint64_t generation = 0);

  // out[i] answers keys[i]; the spans have one size, at most kBatchMax.
  void Lookup(std::span<const LookupKey> keys, Tick now, std::span<Decision> out) const;

  // Every listing whose prefix covers `address`, expired ones too, the preceding first.
  std::vector<Listing> Covering(const Address& address) const;
  // The listing that Lookup follows, or null.
  const Listing* Deciding(const LookupKey& key, Tick now, ScopeMatch* match) const;

  uint64_t generation() const { return generation_; }
  size_t size() const { return size_; }

 private:
  // All listings of one prefix; a cache line. What a prefix with one ordinary listing decides stands in the line
  // itself.
  //   decides  there is one listing, without scope, and it is no exception; otherwise the fields after it mean nothing
  struct alignas(64) ListedPrefix {
    Address address;
    bool decides = false;
    Verdict verdict = Verdict::kPass;
    Tier tier = Tier::kFeed;
    RateClassId rate_class = kNoRateClass;
    Tick expiry;
    std::vector<Listing> listings;
  };
  static_assert(sizeof(ListedPrefix) == 64);
  struct HashAddress {
    using is_transparent = void;
    size_t operator()(const Address& a) const { return absl::Hash<Address>()(a); }
    size_t operator()(const ListedPrefix& p) const { return absl::Hash<Address>()(p.address); }
  };
  struct SameAddress {
    using is_transparent = void;
    static const Address& Of(const Address& a) { return a; }
    static const Address& Of(const ListedPrefix& p) { return p.address; }
    template <typename A, typename B>
    bool operator()(const A& a, const B& b) const {
      return Of(a) == Of(b);
    }
  };
  using Lists = absl::flat_hash_set<ListedPrefix, HashAddress, SameAddress>;
  struct FamilyLists {
    std::array<Lists, 129> by_length;
    std::vector<uint8_t> lengths;        // in use, longest first
    std::vector<uint8_t> large_lengths;  // those of more prefixes than caches hold
  };
  static ListedPrefix ListedPrefixOf(const Address& address, std::vector<Listing> listings);
  // Whether an exception of the listing's own source takes the key out of it.
  bool IsExcepted(const Listing& listing, const LookupKey& key, Tick now) const;
  // Starts to load what the key's lookup will read.
  void Prefetch(const LookupKey& key) const;
  // The short way of Lookup: false when more than one listing has a say, or one that is not ordinary.
  bool DecideAlone(const LookupKey& key, Tick now, Decision& out) const;
  FamilyLists& Of(Family family) { return family == Family::kIpv4 ? ipv4_ : ipv6_; }
  const FamilyLists& Of(Family family) const { return family == Family::kIpv4 ? ipv4_ : ipv6_; }

  FamilyLists ipv4_;
  FamilyLists ipv6_;
  uint64_t generation_;
  bool has_exceptions_ = false;
  size_t size_;
};

}  // namespace picket
