// SPDX-License-Identifier: Apache-2.0
#include "dataplane/stages/anti_spoof.h"

#include <catch2/catch.hpp>

#include "tests/support/datagram.h"
#include "tests/support/judge.h"
#include "tests/support/listing_builder.h"
#include "tests/support/parsed.h"

namespace picket {
namespace {

using Judgements = std::vector<Judgement>;

std::vector<Prefix> Prefixes(const std::vector<const char*>& texts) {
  std::vector<Prefix> prefixes;
  for (const char* text : texts) prefixes.push_back(*ParsePrefix(text));
  return prefixes;
}

LinkPolicy Protecting(const std::vector<const char*>& prefixes, Verdict verdict = Verdict::kDrop) {
  LinkPolicy policy = Enforcing();
  policy.anti_spoof = {verdict, Prefixes(prefixes), Prefixes({"192.0.2.0/30", "2001:db8:2::/64"})};
  return policy;
}
const std::vector<const char*> kProtected{"198.51.100.0/24", "203.0.113.128/25", "2001:db8:51::/64"};

Frame From(const std::string& source) {
  if (source.find(':') != std::string::npos) {
    return PacketBuilder().Ipv6({.source = source, .destination = "2001:db8:7::7"}).Udp();
  }
  return PacketBuilder().Ipv4({.source = source, .destination = "100.64.7.7"}).Udp();
}

Judgement Inward(const LinkPolicy& policy, const std::string& source) {
  return Judge(policy).One(From(source), {}, Direction::kInward);
}
Judgement Outward(const LinkPolicy& policy, const std::string& source) {
  return Judge(policy).One(From(source), {}, Direction::kOutward);
}

TEST_CASE("from outside nobody may have a protected source", "[anti_spoof]") {
  const LinkPolicy policy = Protecting(kProtected);
  for (const char* source : {"198.51.100.0", "198.51.100.255", "203.0.113.128", "2001:db8:51::", "2001:db8:51::ffff"}) {
    CHECK(Inward(policy, source) == "drop spoofed_inside");
    CHECK(Outward(policy, source) == "pass none");
  }
  for (const char* source : {"198.51.99.255", "198.51.101.0", "203.0.113.127", "192.0.2.1", "169.254.1.1", "0.0.0.0",
                             "2001:db8:50:ffff::1", "2001:db8:51:1::1", "fe80::1", "::", "2001:db8:2::1"}) {
    INFO(source);
    CHECK(Inward(policy, source) == "pass none");
  }
}

TEST_CASE("from inside nobody may have any other source", "[anti_spoof]") {
  const LinkPolicy policy = Protecting(kProtected);
  for (const char* source : {"198.51.99.255", "203.0.113.127", "192.0.2.4", "8.8.8.8", "169.253.255.255", "0.0.0.1",
                             "2001:db8:51:1::1", "fec0::1", "::1:0:0", "2001:db8:2:1::1"}) {
    INFO(source);
    CHECK(Outward(policy, source) == "drop spoofed_outside");
  }
}

TEST_CASE("gateways, link-local and unspecified sources may leave from anywhere", "[anti_spoof]") {
  const LinkPolicy policy = Protecting(kProtected);
  for (const char* source : {"192.0.2.0", "192.0.2.3", "169.254.0.0", "169.254.255.255", "0.0.0.0", "2001:db8:2::9",
                             "fe80::1", "febf::1", "::"}) {
    INFO(source);
    CHECK(Outward(policy, source) == "pass none");
  }
}

TEST_CASE("a protected address is no less protected for being never blocked", "[anti_spoof]") {
  CHECK(Inward(Protecting({"192.0.2.0/24"}), "192.0.2.1") == "drop spoofed_inside");
}

TEST_CASE("many protected prefixes are looked up as few are", "[anti_spoof]") {
  std::vector<std::string> texts;
  for (int i = 0; i < 40; ++i) texts.push_back("10.0." + std::to_string(2 * i) + ".0/24");
  std::vector<const char*> prefixes{"2001:db8:51::/64"};
  for (const std::string& text : texts) prefixes.push_back(text.c_str());
  const LinkPolicy policy = Protecting(prefixes);
  CHECK(Inward(policy, "10.0.78.9") == "drop spoofed_inside");
  CHECK(Inward(policy, "10.0.79.9") == "pass none");
  CHECK(Outward(policy, "10.0.0.9") == "pass none");
  CHECK(Outward(policy, "10.0.1.9") == "drop spoofed_outside");
  CHECK(Inward(policy, "2001:db8:51::1") == "drop spoofed_inside");
}

TEST_CASE("a family of which nothing is protected is left alone", "[anti_spoof]") {
  const LinkPolicy ipv4 = Protecting({"198.51.100.0/24"});
  CHECK(Outward(ipv4, "2001:db8:99::1") == "pass none");
  CHECK(Outward(ipv4, "8.8.8.8") == "drop spoofed_outside");
  const LinkPolicy ipv6 = Protecting({"2001:db8:51::/64"});
  CHECK(Outward(ipv6, "8.8.8.8") == "pass none");
  CHECK(Outward(ipv6, "2001:db8:99::1") == "drop spoofed_outside");
}

TEST_CASE("without protected prefixes, or with pass, no source is judged", "[anti_spoof]") {
  for (const LinkPolicy& policy : {Protecting({}), Protecting(kProtected, Verdict::kPass)}) {
    CHECK(Inward(policy, "198.51.100.1") == "pass none");
    CHECK(Outward(policy, "8.8.8.8") == "pass none");
  }
  CHECK(Inward(Protecting(kProtected), "198.51.100.1") == "drop spoofed_inside");
}

TEST_CASE("a watched source is forwarded unless something else refuses it", "[anti_spoof]") {
  LinkPolicy policy = Protecting(kProtected, Verdict::kMonitor);
  CHECK(Inward(policy, "198.51.100.1") == "monitor spoofed_inside");
  CHECK(Outward(policy, "8.8.8.8") == "monitor spoofed_outside");
  policy.rate_classes = {{.name = "one", .key = RateKey::kHost, .rate_per_s = 1, .burst = 1}};
  Judge judge(policy,
              {List(Tier::kFeed, "198.51.100.1", Verdict::kDrop), List(Tier::kFeed, "198.51.100.2", Verdict::kAllow),
               Rated(0, List(Tier::kFeed, "198.51.100.3", Verdict::kLimit))});
  CHECK(
      judge.Run({From("198.51.100.1"), From("198.51.100.2"), From("198.51.100.3"), From("198.51.100.3")}) ==
      Judgements{"drop reputation_drop", "monitor spoofed_inside", "monitor spoofed_inside", "limit reputation_limit"});
}

TEST_CASE("a drop for the source comes before what lists say", "[anti_spoof]") {
  Judge judge(Protecting(kProtected), {List(Tier::kOperator, "198.51.100.0/24", Verdict::kAllow)});
  CHECK(judge.One(From("198.51.100.1")) == "drop spoofed_inside");
}

TEST_CASE("a flaw that is watched stays the reason of a watched source, not of a dropped one", "[anti_spoof]") {
  const Frame no_port =
      PacketBuilder().Ipv4({.source = "198.51.100.1", .destination = "100.64.7.7"}).Udp({.source_port = 0});
  CHECK(Judge(Protecting(kProtected, Verdict::kMonitor)).One(no_port) == "monitor udp_no_source_port");
  CHECK(Judge(Protecting(kProtected)).One(no_port) == "drop spoofed_inside");
  LinkPolicy tolerant = Protecting(kProtected, Verdict::kMonitor);
  tolerant.malformed[Reason::kUdpNoSourcePort] = Verdict::kPass;
  CHECK(Judge(tolerant).One(no_port) == "monitor spoofed_inside");
}

TEST_CASE("modes act on forged sources as on anything else", "[anti_spoof][mode]") {
  LinkPolicy policy = Protecting(kProtected);
  policy.mode = Mode::kMonitor;
  CHECK(Inward(policy, "198.51.100.1") == "monitor spoofed_inside");
  policy.mode = Mode::kOff;
  CHECK(Inward(policy, "198.51.100.1") == "pass mode_off");
}

TEST_CASE("what carries no IP header, and neighbor discovery, have no source to judge", "[anti_spoof]") {
  Judge judge(Protecting(kProtected));
  const Frame arp = PacketBuilder().Next(0x0806).Zeros(28);
  const Frame solicitation =
      PacketBuilder().Ipv6({.source = "2001:db8:51::1", .hop_limit = 255}).Icmp6({.type = 135}).Zeros(16);
  CHECK(judge.Run({arp, solicitation}) == Judgements{"pass arp", "pass neighbor_discovery"});
  CHECK(judge.Run({arp, solicitation}, {}, Direction::kOutward) == Judgements{"pass arp", "pass neighbor_discovery"});
}

// The pieces of Datagram go from an outside address to a protected one.
LinkPolicy ProtectingDestination(Verdict verdict) {
  LinkPolicy policy = Protecting({"198.51.100.0/24", "2001:db8:ffff::/64"}, verdict);
  policy.anti_spoof.exempt.clear();
  return policy;
}

TEST_CASE("forged pieces sent from inside do not harm the datagram they claim to belong to", "[anti_spoof]") {
  for (const Family family : {Family::kIpv4, Family::kIpv6}) {
    for (const Mode mode : {Mode::kEnforce, Mode::kMonitor}) {
      const Datagram d{.family = family};
      LinkPolicy policy = ProtectingDestination(Verdict::kDrop);
      policy.mode = mode;
      const std::string verdict = mode == Mode::kEnforce ? "drop " : "monitor ";
      Judge judge(policy);
      CHECK(judge.Run({d.Tiny(), d.First(), d.Middle(8, 16), d.Last()}, {}, Direction::kOutward) ==
            Judgements{verdict + "frag_tiny", verdict + "spoofed_outside", verdict + "spoofed_outside",
                       verdict + "spoofed_outside"});
      CHECK(judge.Run({d.First(), d.Last(), d.LastOfTiny()}) == Judgements{"pass none", "pass none", "pass none"});
    }
  }
}

TEST_CASE("forged pieces leave no trace in the fragment table, watched ones do", "[anti_spoof]") {
  const auto is_known = [](Verdict verdict, const Frame& frame) {
    Judge judge(ProtectingDestination(verdict));
    judge.One(frame, {}, Direction::kOutward);
    const FragmentKey key = FragmentKey::Of(Parsed(frame).headers, Direction::kOutward);
    return judge.worker().fragments.Find(key, {}) != nullptr;
  };
  for (const Family family : {Family::kIpv4, Family::kIpv6}) {
    const Datagram d{.family = family};
    for (const Frame& frame : {d.First(), d.Middle(16), d.Tiny()}) {
      CHECK_FALSE(is_known(Verdict::kDrop, frame));
      CHECK(is_known(Verdict::kMonitor, frame));
    }
  }
}

TEST_CASE("forged pieces that are only watched are judged as a datagram", "[anti_spoof]") {
  const Datagram d{.family = Family::kIpv6};
  Judge judge(ProtectingDestination(Verdict::kMonitor),
              {List(Tier::kFeed, "2001:db8:ffff::1", Verdict::kDrop, "udp/40000")});
  CHECK(judge.Run({d.First(), d.Last()}, {}, Direction::kOutward) ==
        Judgements{"drop reputation_drop", "drop frag_follows"});
}

}  // namespace
}  // namespace picket
