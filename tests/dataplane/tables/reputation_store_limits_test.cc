// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <functional>

#include "dataplane/tables/reputation_store.h"
#include "tests/support/listing_builder.h"

// What a store refuses, and that it then changed nothing.
namespace picket {
namespace {

using Entries = std::vector<Entry>;
using Keys = std::vector<EntryKey>;

Entry Drop(std::string_view prefix, std::string_view scope = "") {
  return List(Tier::kFeed, prefix, Verdict::kDrop, scope).entry;
}

EntryKey KeyOf(const Entry& entry) { return {entry.prefix, entry.scope}; }

struct BadEntry {
  const char* what;
  std::function<void(Entry&)> spoil;
};

const std::vector<BadEntry>& BadEntries() {
  static const std::vector<BadEntry> kBad{
      {"prefix length beyond IPv4", [](Entry& e) { e.prefix.length = 33; }},
      {"prefix length beyond IPv6",
       [](Entry& e) {
         e.prefix = {ParseAddress("2001:db8::1").value(), 129};
       }},
      {"host bits set", [](Entry& e) { e.prefix.length = 24; }},
      {"host bits set in IPv6",
       [](Entry& e) {
         e.prefix = {ParseAddress("2001:db8::1").value(), 64};
       }},
      {"an IPv4 address with bits beyond 32", [](Entry& e) { e.prefix.address.low |= uint64_t{1} << 32; }},
      {"an IPv4 address with a high half", [](Entry& e) { e.prefix.address.high = 1; }},
      {"score above 100", [](Entry& e) { e.score = 101; }},
      {"limit without a rate class", [](Entry& e) { e.verdict = Verdict::kLimit; }},
      {"limit with an unknown rate class",
       [](Entry& e) {
         e.verdict = Verdict::kLimit;
         e.rate_class = 2;
       }},
      {"a rate class without limit", [](Entry& e) { e.rate_class = 1; }},
      {"ports without a protocol",
       [](Entry& e) {
         e.scope.ports = {{80, 80}};
       }},
      {"ports of a protocol without ports",
       [](Entry& e) {
         e.scope = {kProtocolIcmp, {{80, 80}}};
       }},
      {"a port range that ends before it begins",
       [](Entry& e) {
         e.scope = {kProtocolTcp, {{81, 80}}};
       }},
      {"port ranges out of order",
       [](Entry& e) {
         e.scope = {kProtocolTcp, {{80, 80}, {22, 22}}};
       }},
      {"port ranges that overlap",
       [](Entry& e) {
         e.scope = {kProtocolTcp, {{20, 30}, {30, 40}}};
       }},
      {"too many port ranges",
       [](Entry& e) {
         e.scope.protocol = kProtocolUdp;
         for (size_t i = 0; i <= kPortRangesMax; ++i) {
           const auto port = static_cast<uint16_t>(2 * i + 1);
           e.scope.ports.push_back({port, port});
         }
       }},
  };
  return kBad;
}

TEST_CASE("one bad entry refuses the whole change, by index and prefix", "[reputation_store]") {
  ReputationStore store(2);
  const SourceId feed = store.AddSource("feed", Tier::kFeed).value();
  REQUIRE(store.Apply(feed, Entries{Drop("192.0.2.1")}, {}).ok());
  for (const BadEntry& bad : BadEntries()) {
    INFO(bad.what);
    Entries entries{Drop("192.0.2.5"), Drop("192.0.2.6"), Drop("192.0.2.7")};
    bad.spoil(entries[1]);
    const absl::Status applied = store.Apply(feed, entries, Keys{KeyOf(Drop("192.0.2.1"))}).status();
    const absl::Status replaced = store.Replace(feed, entries).status();
    for (const absl::Status& status : {applied, replaced}) {
      CHECK(status.code() == absl::StatusCode::kInvalidArgument);
      const std::string message(status.message());
      INFO(message);
      CHECK(message.find("entry 1 (") == 0);
    }
    CHECK(store.size() == 1);
    const auto table = store.Build();
    CHECK(LookupOne(*table, Ask("192.0.2.1")).listed);
    CHECK_FALSE(LookupOne(*table, Ask("192.0.2.5")).listed);
  }
}

TEST_CASE("what just keeps the shapes is stored", "[reputation_store]") {
  ReputationStore store(2);
  const SourceId feed = store.AddSource("feed", Tier::kFeed).value();
  Entry limit = Drop("192.0.2.1", "tcp/1-21,22,443-65535");
  limit.verdict = Verdict::kLimit;
  limit.rate_class = 1;
  limit.score = 100;
  Entry many = Drop("192.0.2.1");
  many.scope.protocol = kProtocolUdp;
  for (size_t i = 0; i < kPortRangesMax; ++i) {
    const auto port = static_cast<uint16_t>(2 * i);
    many.scope.ports.push_back({port, port});
  }
  const Entries entries{limit, many, Drop("0.0.0.0/0"), Drop("::/0", "icmp6"), Drop("2001:db8::1", "sctp")};
  CHECK(store.Apply(feed, entries, {}).value().added == 5);
}

TEST_CASE("entries are limited over all sources together", "[reputation_store]") {
  ReputationStore store(0, 3);
  const SourceId a = store.AddSource("a", Tier::kFeed).value();
  const SourceId b = store.AddSource("b", Tier::kFeed).value();
  REQUIRE(store.Apply(a, Entries{Drop("192.0.2.1"), Drop("192.0.2.2")}, {}).ok());
  const Entries two{Drop("192.0.2.3"), Drop("192.0.2.4")};
  CHECK(store.Apply(b, two, {}).status().code() == absl::StatusCode::kResourceExhausted);
  CHECK(store.Replace(b, two).status().code() == absl::StatusCode::kResourceExhausted);
  CHECK(store.size() == 2);
  CHECK(store.Build()->size() == 2);
  CHECK(store.Apply(b, Entries{two[0]}, {}).ok());
  CHECK(store.size() == 3);
}

TEST_CASE("a full store still takes what does not make it grow", "[reputation_store]") {
  ReputationStore store(0, 2);
  const SourceId feed = store.AddSource("feed", Tier::kFeed).value();
  Entries both{Drop("192.0.2.1"), Drop("192.0.2.2")};
  REQUIRE(store.Apply(feed, both, {}).ok());
  both[0].score = 9;
  CHECK(store.Apply(feed, both, {}).value() == ApplyCounts{.updated = 1, .unchanged = 1});
  CHECK(store.Apply(feed, Entries{Drop("192.0.2.3")}, Keys{KeyOf(both[0])}).value() ==
        ApplyCounts{.added = 1, .removed = 1});
  CHECK(store.Replace(feed, Entries{both[0], both[1], both[1]}).value() ==
        ApplyCounts{.added = 1, .removed = 1, .unchanged = 1});
  CHECK(store.Apply(feed, Entries{Drop("192.0.2.3")}, Keys{KeyOf(Drop("192.0.2.9"))}).status().code() ==
        absl::StatusCode::kResourceExhausted);
  CHECK(store.size() == 2);
}

}  // namespace
}  // namespace picket
