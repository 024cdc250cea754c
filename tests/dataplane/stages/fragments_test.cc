// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "tests/support/datagram.h"
#include "tests/support/judge.h"
#include "tests/support/listing_builder.h"

namespace picket {
namespace {

using Judgements = std::vector<Judgement>;

constexpr Family kFamilies[] = {Family::kIpv4, Family::kIpv6};
constexpr Tick kStart = Tick::FromSeconds(100);

// What the feeds say about both default sources.
std::vector<Listing> Listed(Verdict verdict, std::string_view scope = "") {
  return {List(Tier::kFeed, "192.0.2.1", verdict, scope), List(Tier::kFeed, "2001:db8::1", verdict, scope)};
}

LinkPolicy Handling(FragmentHandling handling) {
  LinkPolicy policy = Enforcing();
  policy.ipv4_fragments.handling = policy.ipv6_fragments.handling = handling;
  return policy;
}

TEST_CASE("later fragments follow a refused first in the same batch and in the next", "[fragments]") {
  for (const Family family : kFamilies) {
    const Datagram d{.family = family};
    Judge judge(Enforcing(), Listed(Verdict::kDrop, "udp/53"));
    CHECK(judge.Run({d.First(), d.Middle(16)}) == Judgements{"drop reputation_drop", "drop frag_follows"});
    CHECK(judge.One(d.Last(24)) == "drop frag_follows");
    CHECK(judge.One(d.Last(24)) == "drop frag_follows");
  }
}

TEST_CASE("a later fragment ahead of its first is judged as one whose first is unknown", "[fragments]") {
  for (const Family family : kFamilies) {
    const Datagram d{.family = family};
    const std::vector<Frame> frames = {d.Middle(16), d.First(), d.Last(24)};
    const Judgements expected = {"drop frag_no_first", "drop reputation_drop", "drop frag_follows"};
    CHECK(Judge(Enforcing(), Listed(Verdict::kDrop, "udp/53")).Run(frames) == expected);
    CHECK(Judge(Enforcing(), Listed(Verdict::kDrop, "udp/53")).OneByOne(frames) == expected);
    const Judgements watched = {"pass none", "monitor reputation_monitor", "monitor reputation_monitor"};
    CHECK(Judge(Enforcing(), Listed(Verdict::kMonitor, "udp/53")).Run(frames) == watched);
  }
}

TEST_CASE("later fragments of a passed first get its ports", "[fragments]") {
  for (const Family family : kFamilies) {
    const Datagram web{.family = family, .id = 2, .port = 80};
    Judge drop(Enforcing(), Listed(Verdict::kDrop, "udp/53"));
    CHECK(drop.Run({web.First(), web.Middle(16)}) == Judgements{"pass none", "pass none"});
    CHECK(drop.One(web.Last(24)) == "pass none");
    Judge watch(Enforcing(), Listed(Verdict::kMonitor, "udp/80"));
    CHECK(watch.One(web.First()) == "monitor reputation_monitor");
    CHECK(watch.One(web.Last()) == "monitor reputation_monitor");
    Judge allow(Enforcing(), Listed(Verdict::kAllow, "udp/80"));
    CHECK(allow.Run({web.First(), web.Last()}) == Judgements{"allow reputation_allow", "allow reputation_allow"});
  }
}

TEST_CASE("a later fragment whose first is unknown falls only under drops", "[fragments]") {
  for (const Family family : kFamilies) {
    const Frame later = Datagram{.family = family}.Last();
    CHECK(Judge().One(later) == "pass none");
    CHECK(Judge(Enforcing(), Listed(Verdict::kDrop)).One(later) == "drop reputation_drop");
    CHECK(Judge(Enforcing(), Listed(Verdict::kDrop, "udp/53")).One(later) == "drop frag_no_first");
    CHECK(Judge(Enforcing(), Listed(Verdict::kMonitor, "udp/53")).One(later) == "pass none");
    CHECK(Judge(Enforcing(), Listed(Verdict::kAllow, "udp/53")).One(later) == "pass none");
    CHECK(Judge(Enforcing(), Listed(Verdict::kAllow)).One(later) == "allow reputation_allow");
  }
}

TEST_CASE("IPv4 fragments show their protocol, later IPv6 fragments do not", "[fragments]") {
  const Frame ipv4 = Datagram{}.Last();
  const Frame ipv6 = Datagram{.family = Family::kIpv6}.Last();
  CHECK(Judge(Enforcing(), Listed(Verdict::kDrop, "tcp/22")).One(ipv4) == "pass none");
  CHECK(Judge(Enforcing(), Listed(Verdict::kDrop, "tcp/22")).One(ipv6) == "drop frag_no_first");
  CHECK(Judge(Enforcing(), Listed(Verdict::kDrop, "udp")).One(ipv4) == "drop reputation_drop");
  CHECK(Judge(Enforcing(), Listed(Verdict::kDrop, "udp")).One(ipv6) == "drop frag_no_first");
}

TEST_CASE("a first fragment that parse refused condemns the rest", "[fragments]") {
  for (const Family family : kFamilies) {
    const Datagram d{.family = family};
    CHECK(Judge().Run({d.Tiny(), d.LastOfTiny()}) == Judgements{"drop frag_tiny", "drop frag_follows"});
    CHECK(Judge().OneByOne({d.Tiny(), d.LastOfTiny()}) == Judgements{"drop frag_tiny", "drop frag_follows"});
    LinkPolicy lenient = Enforcing();
    lenient.malformed[Reason::kFragTiny] = Verdict::kMonitor;
    CHECK(Judge(lenient).Run({d.Tiny(), d.LastOfTiny()}) == Judgements{"monitor frag_tiny", "pass none"});
  }
}

TEST_CASE("what exceeds its rate takes its later fragments along", "[fragments]") {
  LinkPolicy policy = Enforcing();
  policy.rate_classes = {{.name = "two", .rate_per_s = 1, .burst = 2}};
  const Datagram a{.id = 1}, b{.id = 2};
  Judge judge(policy, {Rated(0, List(Tier::kFeed, "192.0.2.1", Verdict::kLimit))});
  CHECK(judge.Run({a.First(), a.Last(), b.First()}, kStart) ==
        Judgements{"pass none", "pass none", "limit reputation_limit"});
  CHECK(judge.One(b.Last(), kStart + Duration::FromSeconds(5)) == "limit frag_follows");
}

TEST_CASE("datagrams of other ids, protocols and addresses do not follow", "[fragments]") {
  const Datagram ipv4{.id = 7}, ipv6{.family = Family::kIpv6, .id = 7};
  Judge judge;
  REQUIRE(judge.Run({ipv4.Tiny(), ipv6.Tiny()}) == Judgements{"drop frag_tiny", "drop frag_tiny"});
  const Ipv4Fields later{.id = 7, .fragment_offset = 16, .protocol = 6};
  Ipv4Fields other_id = later, other_protocol = later, other_source = later, other_destination = later;
  other_id.id = 8;
  other_protocol.protocol = 17;
  other_source.source = "192.0.2.2";
  other_destination.destination = "198.51.100.2";
  for (const Ipv4Fields& fields : {other_id, other_protocol, other_source, other_destination}) {
    CHECK(judge.One(PacketBuilder().Ipv4(fields).Zeros(8)) == "pass none");
  }
  CHECK(judge.One(PacketBuilder().Ipv4(later).Zeros(8)) == "drop frag_follows");
  // RFC 8200 section 4.5: the next header of a later fragment is no part of what identifies a datagram.
  CHECK(judge.One(ipv6.Last()) == "drop frag_follows");
}

TEST_CASE("a datagram is remembered for 30 s in IPv4 and 60 s in IPv6", "[fragments]") {
  for (const Family family : kFamilies) {
    const Datagram d{.family = family};
    const Tick end = kStart + Duration::FromSeconds(family == Family::kIpv4 ? 30 : 60);
    Judge judge;
    judge.One(d.Tiny(), kStart);
    CHECK(judge.One(d.LastOfTiny(), end + Duration::FromNs(-1)) == "drop frag_follows");
    CHECK(judge.One(d.LastOfTiny(), end) == "pass none");
    CHECK(judge.worker().fragments.evicted() == 0);
  }
}

TEST_CASE("a full table forgets the datagram that expires first, and counts it", "[fragments]") {
  Judge judge(Enforcing(), {}, {.fragment_datagrams = 4, .limiter_buckets = 64});
  for (uint32_t id = 1; id <= 4; ++id) judge.One(Datagram{.id = id}.Tiny(), kStart + Duration::FromSeconds(id));
  CHECK(judge.worker().fragments.evicted() == 0);
  CHECK(judge.One(Datagram{.id = 5}.Tiny(), kStart + Duration::FromSeconds(5)) == "drop frag_tiny");
  CHECK(judge.worker().fragments.evicted() == 1);
  for (uint32_t id = 2; id <= 5; ++id) {
    CHECK(judge.One(Datagram{.id = id}.LastOfTiny(), kStart + Duration::FromSeconds(5)) == "drop frag_follows");
  }
  CHECK(judge.One(Datagram{.id = 1}.LastOfTiny(), kStart + Duration::FromSeconds(5)) == "pass none");
  CHECK(judge.worker().fragments.evicted() == 2);
}

TEST_CASE("dropping fragments by policy drops every fragment of that family, atomic ones too", "[fragments]") {
  LinkPolicy policy = Enforcing();
  policy.ipv6_fragments.handling = FragmentHandling::kDrop;
  const Datagram ipv4, ipv6{.family = Family::kIpv6};
  Judge judge(policy);
  CHECK(judge.Run({ipv6.First(), ipv6.Last(), ipv6.Atomic(), PacketBuilder().Ipv6().Udp()}) ==
        Judgements{"drop frag_policy", "drop frag_policy", "drop frag_policy", "pass none"});
  CHECK(judge.Run({ipv4.First(), ipv4.Last()}) == Judgements{"pass none", "pass none"});
}

TEST_CASE("passing fragments by policy tracks nothing", "[fragments]") {
  for (const Family family : kFamilies) {
    const Datagram d{.family = family, .port = 80};
    CHECK(Judge(Handling(FragmentHandling::kPass), Listed(Verdict::kDrop, "udp/53")).Run({d.First(), d.Last()}) ==
          Judgements{"pass none", "drop frag_no_first"});
    CHECK(Judge(Handling(FragmentHandling::kPass)).Run({d.Tiny(), d.LastOfTiny()}) ==
          Judgements{"drop frag_tiny", "pass none"});
    CHECK(Judge(Handling(FragmentHandling::kPass)).Run({d.First(), d.First()}) == Judgements{"pass none", "pass none"});
  }
}

TEST_CASE("a packet in mode off follows nothing and condemns nothing", "[fragments]") {
  LinkPolicy policy = Enforcing();
  policy.prefix_modes = {{*ParsePrefix("198.51.100.0/24"), Mode::kOff}};
  const Datagram d;
  Judge condemned(policy, {List(Tier::kFeed, "198.51.100.1", Verdict::kDrop, "udp/40000")});
  REQUIRE(condemned.One(d.First(), kStart, Direction::kOutward) == "drop reputation_drop");
  CHECK(condemned.One(d.Last(), kStart, Direction::kInward) == "pass mode_off");
  CHECK(condemned.One(d.Last(), kStart, Direction::kOutward) == "drop frag_follows");
  Judge unharmed(policy);
  CHECK(unharmed.One(d.Tiny(), kStart, Direction::kInward) == "pass mode_off");
  CHECK(unharmed.One(d.LastOfTiny(), kStart, Direction::kOutward) == "pass none");
}

TEST_CASE("a sound first fragment starts a datagram anew after a refused one", "[fragments]") {
  Judge judge;
  const Datagram d{.id = 7};
  const auto piece = [&d](uint16_t offset, bool more) {
    return PacketBuilder().Ipv4({.id = static_cast<uint16_t>(d.id), .fragment_offset = offset, .more_fragments = more});
  };
  CHECK(judge.One(d.Tiny()) == "drop frag_tiny");
  CHECK(judge.One(d.LastOfTiny()) == "drop frag_follows");
  CHECK(judge.One(piece(0, true).Tcp().Zeros(4)) == "pass none");
  CHECK(judge.One(piece(24, false).Next(6).Zeros(8)) == "pass none");
}

}  // namespace
}  // namespace picket
