// SPDX-License-Identifier: Apache-2.0
#include "control/config_text.h"

#include <catch2/catch.hpp>

#include "tests/control/config_cases.h"

// Keys and tables defined twice, text that is no TOML, and text that must not reach the parser.
namespace picket {
namespace {

TEST_CASE("each key defined twice is reported and the rest still checked", "[config]") {
  CheckConfigCases({
      {"[node]\nname = 'a'\n  name = 'b' # again\nname = 1\nmode = 'x'",
       {"3:3: node.name: duplicate key (keep one)", "4:1: node.name: duplicate key (keep one)",
        "5:8: node.mode: \"x\" is none of off, monitor, enforce"}},
      {"node.name = 'a'\nnode.name = 'b'", {"2:1: node.name: duplicate key (keep one)"}},
      {"node = {name = 'a', name = 'ü', mode = 1}",
       {"1:21: node.name: duplicate key (keep one)", "1:40: node.mode: expected a string, found an integer"}},
      {"link = [\n{name = 'u', name = \"\\\"}]\"},\n{workers = 0, name = [1, {a = 2}], name = 1}]\nx = 1",
       {"2:1: link.inside: missing", "2:1: link.outside: missing", "2:14: link.name: duplicate key (keep one)",
        "3:1: link.inside: missing", "3:1: link.outside: missing", "3:12: link.workers: 0 is out of range (1 to 64)",
        "3:22: link.name: expected a string, found a list", "3:36: link.name: duplicate key (keep one)",
        "4:1: x: unknown key (known here: node, link, rate_class, feed, malformed, fragments, limiter)"}},
      {"node = {name = \"\"\"x\"\"\"\", name = \"\"\"\"y\"\"\"\"\", mode = 1}",
       {"1:16: node.name: \"x\\\"\" is no name (use letters, digits, `.`, `_` and `-`)",
        "1:26: node.name: duplicate key (keep one)", "1:52: node.mode: expected a string, found an integer"}},
      {"node.name.x = 1\nnode.name.x.y = 2\n",
       {"1:6: node.name: expected a string, found a table", "2:1: node.name.x.y: duplicate key (keep one)"}},
  });
}

TEST_CASE("a key defined twice goes with all lines of its value", "[config]") {
  CheckConfigCases({
      {"[[link]]\nname = 'l'\noutside = 'o'\ninside = 'i'\ntrusted = []\ntrusted = [ # [\n'::1', "
       "\"]\",\n'''x\n''']\nmode = 1",
       {"6:1: link.trusted: duplicate key (keep one)", "10:8: link.mode: expected a string, found an integer"}},
      {"[node]\nname = 'a'\nname = \"\"\"\nmode = 1\n\"\"\"\"\"\nmode = 2",
       {"3:1: node.name: duplicate key (keep one)", "6:8: node.mode: expected a string, found an integer"}},
  });
}

TEST_CASE("what stands in a table that is there twice is checked", "[config]") {
  CheckConfigCases({
      {"[node]\nname = 'a'\n[node] # again\nnmae = 'b'\nmode = 'x'\nmode = 'y'\n[limiter]\nbuckets = 1",
       {"3:1: node: duplicate table (keep one)", "4:1: node.nmae: unknown key (did you mean `name`?)",
        "5:8: node.mode: \"x\" is none of off, monitor, enforce", "6:1: node.mode: duplicate key (keep one)",
        "8:11: limiter.buckets: 1 is out of range (64 to 16777216)"}},
      {"[feed]\nname = 'a'\nfile = 'a'\n[feed]\nname = 'a'",
       {"1:1: feed: expected tables, each as [[feed]], found a table", "4:1: feed.file: missing",
        "4:1: feed: duplicate table (write [[feed]] for each)", "5:8: feed.name: \"a\" is used already in line 2"}},
      {"[[feed]]\nname = 'a'\nfile = 'a'\n[feed]\nname = 'b'\nfile = 'b'",
       {"4:1: feed: duplicate table (write [[feed]] for each)"}},
      {"[node]\n[[node]]\nname = 1",
       {"2:1: node: duplicate table (keep one)", "3:8: node.name: expected a string, found an integer"}},
      {"node = {}\n[node.name]\n[node.mode]\n",
       {"2:1: node.name: clashes with an earlier key", "3:1: node.mode: clashes with an earlier key"}},
      {"[node]\nname = 'x'\n[node.name.y]\n[limiter]\nbuckets = 1",
       {"3:1: node.name.y: clashes with an earlier key", "5:11: limiter.buckets: 1 is out of range (64 to 16777216)"}},
  });
}

TEST_CASE("reading stops after 32 repetitions", "[config]") {
  std::string text = "[node]\nname = 'a'\n";
  for (int i = 0; i < 32; ++i) text += "name = 'a'\n";
  CHECK(ParseConfig(text, "p.toml").problems.size() == 32);
  const ConfigResult result = ParseConfig(text + "name = 'a'\nname = 'a'\nmode = 1", "p.toml");
  REQUIRE(result.problems.size() == 34);
  CHECK(result.problems[32] == "p.toml:35:1: node.name: duplicate key (keep one)");
  CHECK(result.problems[33] == "p.toml:35:8: not valid TOML: more than 32 keys are defined twice");
}

TEST_CASE("the first syntax error is reported and ends the reading", "[config]") {
  CheckConfigCases({
      {"[node]\nname 'x'\nmode = 1", {"2:6: not valid TOML: key-value pair: expected '=', saw '''"}},
      {"[node]\nname = 'x'\nname = 'y'\n]",
       {"3:1: node.name: duplicate key (keep one)",
        "4:1: not valid TOML: root table: expected keys, tables, whitespace or comments, saw ']'"}},
      {"[node]\n[node]\n]",
       {"2:1: node: duplicate table (keep one)",
        "3:1: not valid TOML: root table: expected keys, tables, whitespace or comments, saw ']'"}},
      {"[node", {"1:6: not valid TOML: table header: encountered end-of-file"}},
      {"[*]", {"1:2: not valid TOML: key: expected bare key starting character or string delimiter, saw '*'"}},
      {"ü = 1", {"1:1: not valid TOML: root table: expected keys, tables, whitespace or comments, saw '\\303\\274'"}},
      {"x = ü", {"1:5: not valid TOML: value: could not determine value type"}},
  });
}

TEST_CASE("text that is not UTF-8 is refused where it breaks", "[config]") {
  const std::string what = "not valid TOML: is not UTF-8 (save the file as UTF-8)";
  CheckConfigCases({
      {"# \xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80 \xef\xbf\xbf \xf4\x8f\xbf\xbf \xed\x9f\xbf", {}},
      {"\xff\xfe[\0n", {"1:1: " + what}},
      {"# \xc3\xa4\n# \xc3\xa4\xa4", {"2:4: " + what}},
      {"# \xc0\xaf", {"1:3: " + what}},
      {"# \xe0\x9f\xbf", {"1:3: " + what}},
      {"# \xed\xa0\x80", {"1:3: " + what}},
      {"# \xf0\x8f\xbf\xbf", {"1:3: " + what}},
      {"# \xf4\x90\x80\x80", {"1:3: " + what}},
      {"# \xf5\x80\x80\x80", {"1:3: " + what}},
      {"# \xe2\x82", {"1:3: " + what}},
  });
}

TEST_CASE("a byte order mark and DOS line ends do not move places", "[config]") {
  CheckConfigCases({
      {"\xef\xbb\xbf[node]\r\nname = 'x'\r\nmode = 1\r\n", {"3:8: node.mode: expected a string, found an integer"}},
      {"\xef\xbb\xbfnode={name='a',name='b'}", {"1:16: node.name: duplicate key (keep one)"}},
      {"\xef\xbb\xbfnode.mode = 1", {"1:13: node.mode: expected a string, found an integer"}},
  });
}

TEST_CASE("what would cost the parser its stack or much time is refused", "[config]") {
  const auto repeat = [](size_t count, const std::string& text) {
    std::string all;
    for (size_t i = 0; i < count; ++i) all += text;
    return all;
  };
  const std::string keys = "not valid TOML: keys are nested deeper than 16";
  CheckConfigCases({
      {repeat(1'000'000, "a.") + "a = 1", {"1:32: " + keys}},
      {std::string("[") + repeat(1'000'000, "'a' . ") + "a]", {"1:96: " + keys}},
      {"# " + repeat(100, ".") + "\nnode.name = '" + repeat(20, "..") + "'", {}},
      {repeat(10, "a.b.c\n"), {"1:6: not valid TOML: key-value pair: expected '=', saw '\\n'"}},
      {"x = " + repeat(90'000, "["), {"1:21: not valid TOML: values are nested deeper than 16"}},
      {"x = " + repeat(40'000, "{a="), {"1:53: not valid TOML: values are nested deeper than 16"}},
      {repeat(100'001, "a=1\n"), {"100001:2: not valid TOML: more than 100000 keys and brackets in one file"}},
      {repeat(20'001, "a.b=1\n"), {"20001:2: not valid TOML: more than 20000 dots in the keys of one file"}},
      {repeat(100'001, "[a]\n"), {"100001:1: not valid TOML: more than 100000 keys and brackets in one file"}},
  });
  CHECK(config::kDepthMax == 16);
}

}  // namespace
}  // namespace picket
