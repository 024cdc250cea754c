// SPDX-License-Identifier: Apache-2.0
#include "dataplane/address.h"

#include <catch2/catch.hpp>

namespace picket {
namespace {

TEST_CASE("an address prints as it was parsed", "[address]") {
  for (const char* text : {"0.0.0.0", "192.0.2.1", "255.255.255.255", "::", "::1", "2001:db8::1", "ff02::1:ff00:1"}) {
    const std::optional<Address> address = ParseAddress(text);
    REQUIRE(address);
    CHECK(ToString(*address) == text);
  }
}

TEST_CASE("what is no address is refused", "[address]") {
  for (const char* text : {"", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "1.2.3.4 ", " 1.2.3.4", "1.2.3.4/32",
                           "fe80::1%eth0", "[::1]", ":::", "1::2::3", "12345::", "0x7f.1.1.1", "127.1"}) {
    INFO(text);
    CHECK_FALSE(ParseAddress(text));
  }
  CHECK_FALSE(ParseAddress(std::string_view("1.2.3.4\0", 8)));
}

TEST_CASE("a prefix clears the bits after its length and says so", "[address]") {
  bool cleared = false;
  CHECK(ToString(*ParsePrefix("198.51.100.7/24", &cleared)) == "198.51.100.0/24");
  CHECK(cleared);
  CHECK(ToString(*ParsePrefix("198.51.100.0/24", &cleared)) == "198.51.100.0/24");
  CHECK_FALSE(cleared);
  CHECK(ToString(*ParsePrefix("2001:db8:ffff::1/33")) == "2001:db8:8000::/33");
  CHECK(ToString(*ParsePrefix("2001:db8::1:2:3:4/100")) == "2001:db8::1:2:0:0/100");
  CHECK(ToString(*ParsePrefix("203.0.113.9/32")) == "203.0.113.9");
  CHECK(ToString(*ParsePrefix("0.0.0.0/0")) == "0.0.0.0/0");
  for (const char* text : {"1.2.3.4/33", "1.2.3.4/", "1.2.3.4/-1", "1.2.3.4/024", "::/129", "/24", "1.2.3.4/2 "}) {
    INFO(text);
    CHECK_FALSE(ParsePrefix(text));
  }
}

TEST_CASE("a prefix contains exactly its block", "[address]") {
  const Prefix block = *ParsePrefix("198.51.100.128/25");
  CHECK(block.Contains(*ParseAddress("198.51.100.128")));
  CHECK(block.Contains(*ParseAddress("198.51.100.255")));
  CHECK_FALSE(block.Contains(*ParseAddress("198.51.100.127")));
  CHECK_FALSE(block.Contains(*ParseAddress("::c633:6480")));
  CHECK(block.Contains(*ParsePrefix("198.51.100.192/26")));
  CHECK_FALSE(block.Contains(*ParsePrefix("198.51.100.0/24")));
  CHECK(ParsePrefix("::/0")->Contains(*ParseAddress("2001:db8::1")));
}

}  // namespace
}  // namespace picket
