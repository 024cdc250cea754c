// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <string>

#include "rules/ipset_save.h"
#include "tests/rules/feed_text.h"

namespace picket {
namespace {

struct Options {
  std::string options;
  std::string reason;
};

TEST_CASE("the addresses of an ipset with netmask are their blocks", "[feed]") {
  const Feed feed = Parsed(
      "create s hash:ip netmask 24\n"
      "add s 192.0.2.0\n"
      "add s 198.51.100.7\n"
      "add s 203.0.113.7-203.0.114.1\n"
      "create p hash:ip,port family inet6 netmask 64\n"
      "add p 2001:db8::1,tcp:22\n"
      "create w hash:ip netmask 1\n"
      "add w 127.0.0.1-128.0.0.1\n");
  CHECK(EntryTexts(feed) ==
        Texts{"192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "203.0.114.0/24", "2001:db8::/64 tcp/22"});
  CHECK(feed.host_bits_cleared == 3);
  CHECK(RejectTexts(feed) == Texts{R"(8: "127.0.0.1-128.0.0.1" covers every address with the set's netmask)"});
}

TEST_CASE("an ipset that cannot be read is rejected with each of its lines", "[feed]") {
  const auto refused = GENERATE(values<Options>({
      {"bitmap:ip range 192.0.2.0/24",
       R"(type "bitmap:ip" is not read, only hash:ip, hash:net, hash:ip,port and hash:net,port are)"},
      {"bitmap:port range 0-1024",
       R"(type "bitmap:port" is not read, only hash:ip, hash:net, hash:ip,port and hash:net,port are)"},
      {"list:set size 8", R"(type "list:set" is not read, only hash:ip, hash:net, hash:ip,port and hash:net,port are)"},
      {"hash:mac", R"(type "hash:mac" is not read, only hash:ip, hash:net, hash:ip,port and hash:net,port are)"},
      {"hash:net,iface",
       R"(type "hash:net,iface" is not read, only hash:ip, hash:net, hash:ip,port and hash:net,port are)"},
      {"hash:ip,mark",
       R"(type "hash:ip,mark" is not read, only hash:ip, hash:net, hash:ip,port and hash:net,port are)"},
      {"", "the set's type is missing: create NAME TYPE"},
      {"hash:ip family inet7", R"(family "inet7" is neither inet nor inet6)"},
      {"hash:ip bitmask 255.0.0.255", "sets with bitmask are not read: only netmask makes prefixes"},
      {"hash:ip netmask 0", R"(netmask "0" is no prefix length)"},
      {"hash:ip netmask 129", R"(netmask "129" is no prefix length)"},
      {"hash:ip netmask 33", "a netmask of family inet is at most 32"},
      {"hash:net netmask 24", "netmask is no option of sets of networks"},
      {"hash:ip timeout soon", R"(timeout "soon" is no number of seconds from 0 to 2147483)"},
      {"hash:ip maxelem", R"(option "maxelem" lacks its value)"},
      {"hash:ip colour red", R"(unknown option "colour" of create)"},
  }));
  const Feed feed =
      Parsed("create x " + refused.options + "\nadd x 192.0.2.1\nadd x 5\ncreate y hash:ip\nadd y 192.0.2.2\n",
             FeedFormat::kIpsetSave);
  CHECK(RejectTexts(feed) == Texts{"1: " + refused.reason, "2: set \"x\" was refused: " + refused.reason,
                                   "3: set \"x\" was refused: " + refused.reason});
  CHECK(EntryTexts(feed) == Texts{"192.0.2.2"});
}

TEST_CASE("an ipset may be created twice alike, not differently", "[feed]") {
  const Feed feed = Parsed(
      "create s hash:ip\n"
      "create s hash:ip family inet -exist\n"
      "create s hash:net\n"
      "add s 192.0.2.1 nomatch\n"
      "add s 192.0.2.2\n"
      "create\n"
      "create 12345678901234567890123456789012 hash:ip\n");
  CHECK(EntryTexts(feed) == Texts{"192.0.2.2"});
  CHECK(RejectTexts(feed) == Texts{R"(3: set "s" was created before, differently: that one holds)",
                                   "4: nomatch needs a set of networks (hash:net or hash:net,port)",
                                   "6: the set's name is missing: create NAME TYPE",
                                   R"(7: set name "12345678901234567890123456789012" is longer than 31 bytes)"});
}

TEST_CASE("no more sets are created than ipset itself can hold", "[feed]") {
  std::string text;
  for (size_t i = 0; i <= kIpsetSetsMax; ++i) text += "create s" + std::to_string(i) + " hash:ip\n";
  text += "add s65533 192.0.2.1\nadd s65534 192.0.2.2\n";
  const Feed feed = Parsed(text);
  CHECK(EntryTexts(feed) == Texts{"192.0.2.1"});
  CHECK(RejectTexts(feed) == Texts{"65535: more than 65534 sets: split the list",
                                   R"(65537: set "s65534" was not created: its create line is missing)"});
}

}  // namespace
}  // namespace picket
