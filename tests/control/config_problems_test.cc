// SPDX-License-Identifier: Apache-2.0
#include "control/config_problems.h"

#include <catch2/catch.hpp>

namespace picket::config {
namespace {

TEST_CASE("a suggestion is made only when it is near", "[config]") {
  const std::vector<std::string_view> names = {"packets_per_s", "burst_packets", "name", "per"};
  const auto near = [](const std::string& name) { return " (did you mean `" + name + "`?)"; };
  CHECK(DidYouMean("nam", names) == near("name"));
  CHECK(DidYouMean("nmae", names) == near("name"));
  CHECK(DidYouMean("Naem", names) == near("name"));
  CHECK(DidYouMean("xaxx", names).empty());
  CHECK(DidYouMean("packet_per_sec", names) == near("packets_per_s"));
  CHECK(DidYouMean("packets", names).empty());
  CHECK(DidYouMean("burst-paket", names) == near("burst_packets"));
  CHECK(DidYouMean("pr", names) == near("per"));
  CHECK(DidYouMean("xy", names).empty());
  CHECK(DidYouMean("", names).empty());
  CHECK(DidYouMean(std::string(1000, 'n'), names).empty());
  CHECK(DidYouMean("name", {}).empty());
}

TEST_CASE("what a message repeats is short and printable", "[config]") {
  CHECK(Quoted("plain") == "\"plain\"");
  CHECK(Quoted("a\x1b[31m\n\"\xc3\xbc") == "\"a\\033[31m\\n\\\"\\303\\274\"");
  CHECK(Shown(std::string(65, 'x')) == std::string(64, 'x') + "...");
  CHECK(Shown(std::string(64, 'x')) == std::string(64, 'x'));
}

TEST_CASE("problems come in the order of the file", "[config]") {
  Problems problems;
  CHECK(problems.IsEmpty());
  problems.Add({10, 1}, "c", "third");
  problems.Add({2, 10}, "b", "second");
  problems.Add({2, 9}, "a", "first");
  CHECK_FALSE(problems.IsEmpty());
  CHECK(problems.Lines("f") == std::vector<std::string>{"f:2:9: a: first", "f:2:10: b: second", "f:10:1: c: third"});
}

TEST_CASE("of too many problems the first ones are told and the others counted", "[config]") {
  Problems problems;
  for (uint32_t line = 5000; line > 0; --line) problems.Add({line, 3}, "k", "bad");
  const std::vector<std::string> lines = problems.Lines("f");
  REQUIRE(lines.size() == kProblemsMax + 1);
  CHECK(lines[0] == "f:1:3: k: bad");
  CHECK(lines[999] == "f:1000:3: k: bad");
  CHECK(lines[1000] == "f:1001:3: and 4000 more problems");
}

}  // namespace
}  // namespace picket::config
