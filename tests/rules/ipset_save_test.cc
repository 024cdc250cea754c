// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <string>

#include "tests/rules/feed_text.h"

namespace picket {
namespace {

// Sets of every type that is read, one of each family.
const std::string kSets =
    "create ip hash:ip family inet hashsize 1024 maxelem 65536 bucketsize 12 initval 0x22435ed5\n"
    "create ip6 hash:ip family inet6 hashsize 1024 maxelem 65536\n"
    "create net hash:net family inet hashsize 1024 maxelem 65536 counters comment skbinfo forceadd\n"
    "create net6 hash:net family inet6\n"
    "create ipport hash:ip,port\n"
    "create netport hash:net,port family inet\n"
    "create ipport6 hash:ip,port family inet6\n";
constexpr int kSetLines = 7;

// What one line after them adds, or `LINE: REASON`.
std::string Said(const std::string& line) {
  const Feed feed = Parsed(kSets + line + "\n", FeedFormat::kIpsetSave);
  CHECK(feed.rejected_lines == feed.rejected.size());
  std::string said;
  for (const std::string& text : EntryTexts(feed)) said += (said.empty() ? "" : " | ") + text;
  for (const std::string& text : RejectTexts(feed)) said += text;
  return said;
}
std::string Rejected(const std::string& reason) { return std::to_string(kSetLines + 1) + ": " + reason; }

struct Line {
  std::string line;
  std::string said;
};

TEST_CASE("an ipset entry is an address, a block or a range of its set's family", "[feed]") {
  const auto accepted = GENERATE(values<Line>({
      {"add ip 198.51.100.7", "198.51.100.7"},
      {"add ip6 2001:db8::1", "2001:db8::1"},
      {"add ip 198.51.100.0/30", "198.51.100.0/30"},
      {"add net 198.51.100.0/24", "198.51.100.0/24"},
      {"add net 198.51.100.7", "198.51.100.7"},
      {"add net6 2001:db8::/32", "2001:db8::/32"},
      {"add net 198.51.100.1-198.51.100.4", "198.51.100.1 | 198.51.100.2/31 | 198.51.100.4"},
      {"  add\tip  198.51.100.7 \r", "198.51.100.7"},
      {"add ip 198.51.100.7 -exist", "198.51.100.7"},
      {"-exist add ip 198.51.100.7", "198.51.100.7"},
      {"add -! ip 198.51.100.7", "198.51.100.7"},
      {"# add ip 198.51.100.7", ""},
      {"COMMIT", ""},
      {"", ""},
      {"-exist", ""},
  }));
  CHECK(Said(accepted.line) == accepted.said);
}

TEST_CASE("an ipset entry of a set with ports has their scope", "[feed]") {
  const auto accepted = GENERATE(values<Line>({
      {"add ipport 198.51.100.7,tcp:22", "198.51.100.7 tcp/22"},
      {"add ipport 198.51.100.7,22", "198.51.100.7 tcp/22"},
      {"add ipport 198.51.100.7,80-82", "198.51.100.7 tcp/80-82"},
      {"add netport 192.0.2.0/24,udp:53-54", "192.0.2.0/24 udp/53-54"},
      {"add ipport 192.0.2.1-192.0.2.2,TCP:8080", "192.0.2.1 tcp/8080 | 192.0.2.2 tcp/8080"},
      {"add ipport6 2001:db8::1,6:443", "2001:db8::1 tcp/443"},
      {"add ipport 198.51.100.7,gre:0", "198.51.100.7 gre"},
      {"add ipport 198.51.100.7,253:0", "198.51.100.7 253"},
      {"add ipport 198.51.100.7,vrrp:0", "198.51.100.7 112"},
      {"add ipport 198.51.100.7,udp:1-65535", "198.51.100.7 udp/1-65535"},
      {"add netport 192.0.2.0/24,tcp:443 nomatch timeout 9", "192.0.2.0/24 tcp/443 nomatch timeout 9"},
  }));
  CHECK(Said(accepted.line) == accepted.said);
}

TEST_CASE("an ipset entry whose ports no scope names is rejected with the reason", "[feed]") {
  const auto refused = GENERATE(values<Line>({
      {"198.51.100.7", R"("198.51.100.7" lacks its port: write ADDRESS,PROTOCOL:PORT)"},
      {"198.51.100.7,tcp:0", R"("0": no legal packet has port 0: start at port 1)"},
      {"198.51.100.7,udp:0-1023", R"("0-1023": no legal packet has port 0: start at port 1)"},
      {"198.51.100.7,icmp:echo-request", R"("icmp:echo-request" names an ICMP type: entries are for all ICMP or none)"},
      {"198.51.100.7,icmp:8/0", R"("icmp:8/0" names an ICMP type: entries are for all ICMP or none)"},
      {"198.51.100.7,ipv6-icmp:128/0", R"("ipv6-icmp:128/0" names an ICMP type: entries are for all ICMP or none)"},
      {"198.51.100.7,sctp:22", R"("sctp:22" names a port of SCTP or UDP-Lite: entries have ports of TCP and UDP only)"},
      {"198.51.100.7,udplite:22",
       R"("udplite:22" names a port of SCTP or UDP-Lite: entries have ports of TCP and UDP only)"},
      {"198.51.100.7,gre:22", R"("gre:22": a protocol without ports is written with port 0)"},
      {"198.51.100.7,nosuch:0", R"("nosuch" is no known protocol: write its number)"},
      {"198.51.100.7,0:0", R"("0" is no known protocol: write its number)"},
      {"198.51.100.7,tcp/22:0", R"("tcp/22" is no known protocol: write its number)"},
      {"198.51.100.7,tcp:ssh", R"("ssh" is no port or range of ports: write numbers from 1 to 65535)"},
      {"198.51.100.7,tcp:65536", R"("65536" is no port or range of ports: write numbers from 1 to 65535)"},
      {"198.51.100.7,tcp:90-80", R"("90-80" is no port or range of ports: write numbers from 1 to 65535)"},
      {"198.51.100.7,tcp:80,81", R"("80,81" is no port or range of ports: write numbers from 1 to 65535)"},
      {"198.51.100.7,tcp:", R"("" is no port or range of ports: write numbers from 1 to 65535)"},
      {"198.51.100.7,80,192.0.2.1", R"("80,192.0.2.1" is no port or range of ports: write numbers from 1 to 65535)"},
  }));
  CHECK(Said("add ipport " + refused.line) == Rejected(refused.said));
}

TEST_CASE("an ipset entry that is no address of its set is rejected with the reason", "[feed]") {
  const auto refused = GENERATE(values<Line>({
      {"add", "the set's name is missing: add NAME ENTRY"},
      {"add ip", "the entry is missing: add NAME ENTRY"},
      {"add nosuch 198.51.100.7", R"(set "nosuch" was not created: its create line is missing)"},
      {"add ip 2001:db8::1", R"("2001:db8::1" does not fit the set's family inet)"},
      {"add net6 198.51.100.0/24", R"("198.51.100.0/24" does not fit the set's family inet6)"},
      {"add net 0.0.0.0/0", R"("0.0.0.0/0" covers every address)"},
      {"add ip6 ::ffff:198.51.100.7", R"("::ffff:198.51.100.7" is an IPv4-mapped IPv6 address: write 198.51.100.7)"},
      {"add ip host.example", R"("host.example" is a name: a list holds addresses only)"},
      {"add ip 198.51.100.9-198.51.100.7",
       "range 198.51.100.9-198.51.100.7 runs backwards: write the lower address first"},
      {"add ip 198.51.100.7,tcp:22", R"("198.51.100.7,tcp:22" has more than the address that the set's type holds)"},
      {"add ip 198.51.100.7 nomatch", "nomatch needs a set of networks (hash:net or hash:net,port)"},
      {"add ip 198.51.100.7 # note", R"(unknown option "#" of add)"},
      {"add ip 198.51.100.7 packets", R"(option "packets" lacks its value)"},
      {"add ip 198.51.100.7 timeout", R"(timeout "" is no number of seconds from 0 to 2147483)"},
      {"add ip 198.51.100.7 timeout 2147484", R"(timeout "2147484" is no number of seconds from 0 to 2147483)"},
      {"add ip 198.51.100.7 timeout -1", R"(timeout "-1" is no number of seconds from 0 to 2147483)"},
      {"add ip 198.51.100.7 comment", "the comment lacks its text or end"},
      {R"(add ip 198.51.100.7 comment "open)", "the comment lacks its text or end"},
      {R"(add ip 198.51.100.7 comment "a" b)", R"(unknown option "b" of add)"},
  }));
  CHECK(Said(refused.line) == Rejected(refused.said));
}

TEST_CASE("ipset's counters, marks and comments say nothing", "[feed]") {
  const auto* const options = GENERATE("packets 42 bytes 1024", R"(comment "two words")", R"(comment "a \" b")",
                                       R"(comment "")", "comment word", R"(comment "back\" skbmark 0x1/0xff00ffff)",
                                       R"(comment "nomatch timeout 5" skbprio 1:10 skbqueue 10 -exist)");
  CHECK(Said("add net 198.51.100.7 " + std::string(options)) == "198.51.100.7");
}

TEST_CASE("ipset's timeout and nomatch are kept", "[feed]") {
  const Feed feed = Parsed(
      "create s hash:net timeout 300\n"
      "add s 192.0.2.1\n"
      "add s 192.0.2.2 timeout 0\n"
      "add s 192.0.2.3 timeout 2147483 packets 1\n"
      "add s 192.0.2.0/30 timeout 7 nomatch comment \"x\"\n");
  CHECK(EntryTexts(feed) ==
        Texts{"192.0.2.1 timeout 300", "192.0.2.2", "192.0.2.3 timeout 2147483", "192.0.2.0/30 nomatch timeout 7"});
}

TEST_CASE("the entries of an ipset file's sets are one list", "[feed]") {
  const Feed feed = Parsed(
      "create a hash:ip\ncreate b hash:net,port\n"
      "add b 192.0.2.0/24,80\nadd a 192.0.2.1\nadd b 192.0.2.0/24,81\nadd a 192.0.2.1\n");
  CHECK(EntryTexts(feed) == Texts{"192.0.2.0/24 tcp/80", "192.0.2.1", "192.0.2.0/24 tcp/81"});
  CHECK(feed.duplicates == 1);
}

TEST_CASE("ipset commands that change sets are rejected and change nothing", "[feed]") {
  const auto* const command = GENERATE("flush", "destroy", "swap", "rename", "del", "test");
  CHECK(Said("add ip 192.0.2.1\n" + std::string(command) + " ip 192.0.2.1") ==
        "192.0.2.1" + std::to_string(kSetLines + 2) + ": \"" + command +
            "\" is a command, not part of a list: only create and add lines are read");
}

TEST_CASE("what is no line of ipset save is rejected", "[feed]") {
  CHECK(Said("198.51.100.7") == Rejected(R"("198.51.100.7" starts no line of ipset save: create or add was expected)"));
  CHECK(Said("; x") == Rejected(R"(";" starts no line of ipset save: create or add was expected)"));
  CHECK(Said("Name: ip") == Rejected(R"("Name:" starts no line of ipset save: create or add was expected)"));
}

}  // namespace
}  // namespace picket
