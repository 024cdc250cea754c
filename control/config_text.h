// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// A TOML text by its strings, comments and brackets alone: enough to see that it is safe to parse, to find a statement
// and to take one out, without a second TOML parser. Source of the lexical rules: TOML 1.0.0.
//   shapes  offsets are in bytes from 0; a text carries no byte order mark
namespace picket::config {

inline constexpr size_t kBytesMax = size_t{16} << 20;
inline constexpr size_t kKeysMax = 100'000;  // keys, lists and tables in one file; toml++ searches them linearly
inline constexpr size_t kDotsMax = 20'000;   // in keys and headers; the same
inline constexpr size_t kDepthMax = 16;      // keys within keys, and values within values

// Where something stands in the file.
//   units   line from 1 (lines end with \n); column from 1, in code points
struct Place {
  uint32_t line = 1;
  uint32_t column = 1;
  friend constexpr auto operator<=>(const Place&, const Place&) = default;
};

Place PlaceAt(std::string_view text, size_t offset);
// The offset of `place`, or the end of the text when it has no such place.
size_t OffsetOf(std::string_view text, Place place);

// Why `text` must not reach the parser: it is not UTF-8, or the number of its keys or the depth of a dotted key, which
// toml++ does not bound, would cost too much time or stack.
struct TextProblem {
  size_t offset = 0;
  std::string what;
};
std::optional<TextProblem> FindTextProblem(std::string_view text);

// The offset after the token at `at`: a whole string, a whole comment (without its line's end) or one character.
//   shapes  at < text.size(); a string that is not closed ends with its line, or with the text
size_t TokenEnd(std::string_view text, size_t at);

// `[header]`, `[[header]]` or `key = value`, from its first character to the end of its last line; a header without
// the comment after it.
//   shapes  a header has no `value`: value == end
struct Statement {
  size_t begin = 0;
  size_t value = 0;  // what follows the equals sign
  size_t end = 0;
};
// The first statement at or after `at`.
std::optional<Statement> NextStatement(std::string_view text, size_t at);

// A key-value pair; inside an inline table `begin` is the comma before it, else key == begin.
struct Pair {
  size_t begin = 0;
  size_t key = 0;
  size_t end = 0;
};
// The innermost pair of `statement` that contains `offset`; no inline table's first, which can repeat nothing.
Pair PairAt(std::string_view text, const Statement& statement, size_t offset);

// The text of the key or header name that starts at or after `at`, without brackets and surrounding blanks.
std::string_view KeyAt(std::string_view text, size_t at);

// `text` with everything in [begin, end) but line ends replaced by blanks, one for each code point: what remains keeps
// its place.
std::string BlankOut(std::string_view text, size_t begin, size_t end);

}  // namespace picket::config
