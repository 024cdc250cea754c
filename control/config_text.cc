// SPDX-License-Identifier: Apache-2.0
#include "control/config_text.h"

#include <algorithm>

#include "absl/strings/str_format.h"

namespace picket::config {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

bool IsContinuationByte(char c) { return (static_cast<uint8_t>(c) & 0xc0) == 0x80; }

// Bytes of the UTF-8 sequence (RFC 3629) at `at`, 0 when there is none.
size_t SequenceBytes(std::string_view text, size_t at) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t lead = byte(at);
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  const size_t bytes = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (text.size() - at < bytes) return 0;
  for (size_t i = at + 1; i < at + bytes; ++i) {
    if (!IsContinuationByte(text[i])) return 0;
  }
  const bool overlong = (lead == 0xe0 && byte(at + 1) < 0xa0) || (lead == 0xf0 && byte(at + 1) < 0x90);
  const bool surrogate = lead == 0xed && byte(at + 1) > 0x9f;
  const bool beyond = lead == 0xf4 && byte(at + 1) > 0x8f;
  return overlong || surrogate || beyond ? 0 : bytes;
}

std::optional<TextProblem> FindEncodingProblem(std::string_view text) {
  for (size_t at = 0; at < text.size();) {
    const size_t bytes = SequenceBytes(text, at);
    if (bytes == 0) return TextProblem{at, "is not UTF-8 (save the file as UTF-8)"};
    at += bytes;
  }
  return std::nullopt;
}

size_t StringEnd(std::string_view text, size_t at) {
  const char quote = text[at];
  const std::string_view triple = quote == '"' ? R"(""")" : "'''";
  const bool multi_line = text.substr(at, 3) == triple;
  for (size_t i = at + (multi_line ? 3 : 1); i < text.size(); ++i) {
    if (text[i] == '\\' && quote == '"') {
      ++i;
    } else if (multi_line && text.substr(i, 3) == triple) {
      // Up to two quotes before the closing three belong to the string.
      i += 3;
      for (int extra = 0; extra < 2 && i < text.size() && text[i] == quote; ++extra) ++i;
      return i;
    } else if (!multi_line && text[i] == quote) {
      return i + 1;
    } else if (!multi_line && text[i] == '\n') {
      return i;
    }
  }
  return text.size();
}

bool Opens(char c) { return c == '[' || c == '{'; }
bool Closes(char c) { return c == ']' || c == '}'; }

// Where the value that starts at `at` ends: before the comma, bracket, comment or line end that follows it.
size_t ValueEnd(std::string_view text, size_t at) {
  size_t depth = 0;
  while (at < text.size()) {
    const char c = text[at];
    if (depth == 0 && (c == ',' || c == '\n' || c == '#' || Closes(c))) return at;
    if (Opens(c)) ++depth;
    if (Closes(c)) --depth;
    at = TokenEnd(text, at);
  }
  return text.size();
}

// The offset of the first `c` outside strings and comments, at most `end`.
size_t FindOutside(std::string_view text, char c, size_t at, size_t end) {
  while (at < end && text[at] != c && text[at] != '\n') at = TokenEnd(text, at);
  return at < end && text[at] == c ? at : end;
}

}  // namespace

Place PlaceAt(std::string_view text, size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const size_t line_begin = before.rfind('\n') + 1;
  const std::string_view line = before.substr(line_begin);
  return {static_cast<uint32_t>(1 + std::count(before.begin(), before.end(), '\n')),
          static_cast<uint32_t>(
              1 + std::count_if(line.begin(), line.end(), [](char c) { return !IsContinuationByte(c); }))};
}

size_t OffsetOf(std::string_view text, Place place) {
  size_t at = 0;
  for (uint32_t line = 1; line < place.line; ++line) {
    at = text.find('\n', at);
    if (at == std::string_view::npos) return text.size();
    ++at;
  }
  for (uint32_t column = 1; column < place.column && at < text.size(); ++column) {
    do {
      ++at;
    } while (at < text.size() && IsContinuationByte(text[at]));
  }
  return at;
}

std::optional<TextProblem> FindTextProblem(std::string_view text) {
  if (std::optional<TextProblem> problem = FindEncodingProblem(text)) return problem;
  size_t keys = 0;
  size_t dots = 0;
  size_t depth = 0;  // dots in the key (or number) at hand
  for (size_t at = 0; at < text.size(); at = TokenEnd(text, at)) {
    const char c = text[at];
    if (c == '.' && ++depth == kDepthMax) {
      return TextProblem{at, absl::StrFormat("keys are nested deeper than %d", kDepthMax)};
    }
    if (c == '.' && ++dots > kDotsMax) {
      return TextProblem{at, absl::StrFormat("more than %d dots in the keys of one file", kDotsMax)};
    }
    if ((c == '=' || c == '[') && ++keys > kKeysMax) {
      return TextProblem{at, absl::StrFormat("more than %d keys and brackets in one file", kKeysMax)};
    }
    if (c == '=' || c == ',' || c == '\n' || Opens(c) || Closes(c)) depth = 0;
  }
  return std::nullopt;
}

size_t TokenEnd(std::string_view text, size_t at) {
  if (text[at] == '"' || text[at] == '\'') return std::min(StringEnd(text, at), text.size());
  if (text[at] == '#') return std::min(text.find('\n', at), text.size());
  return at + 1;
}

std::optional<Statement> NextStatement(std::string_view text, size_t at) {
  while (at < text.size() && (text[at] == '#' || kBlanks.find(text[at]) != std::string_view::npos)) {
    at = TokenEnd(text, at);
  }
  if (at == text.size()) return std::nullopt;
  const size_t line_end = std::min(text.find('\n', at), text.size());
  if (text[at] == '[') {
    const size_t end = FindOutside(text, '#', at, line_end);
    return Statement{at, end, end};
  }
  const size_t equals = FindOutside(text, '=', at, text.size());
  if (equals == text.size()) return Statement{at, line_end, line_end};
  // A stray comma or bracket ends the value but not the line: the next statement starts on the next line in any case.
  size_t end = ValueEnd(text, equals + 1);
  while (end < text.size() && text[end] != '\n') end = TokenEnd(text, end);
  return Statement{at, equals + 1, end};
}

Pair PairAt(std::string_view text, const Statement& statement, size_t offset) {
  Pair pair{statement.begin, statement.begin, statement.end};
  for (size_t at = statement.value; at < offset; at = TokenEnd(text, at)) {
    if (text[at] == ',') pair.begin = at;
  }
  if (pair.begin == statement.begin) return pair;
  pair.key = std::min(text.find_first_not_of(kBlanks, pair.begin + 1), text.size());
  pair.end = ValueEnd(text, pair.key);
  return pair;
}

std::string_view KeyAt(std::string_view text, size_t at) {
  at = std::min(text.find_first_not_of(" \t[", at), text.size());
  size_t end = at;
  while (end < text.size() && text[end] != '=' && text[end] != ']' && text[end] != '\n') end = TokenEnd(text, end);
  const std::string_view key = text.substr(at, end - at);
  return key.substr(0, key.find_last_not_of(kBlanks) + 1);
}

std::string BlankOut(std::string_view text, size_t begin, size_t end) {
  std::string blanked(text.substr(0, begin));
  for (const char c : text.substr(begin, end - begin)) {
    if (!IsContinuationByte(c)) blanked += c == '\n' ? '\n' : ' ';
  }
  return blanked.append(text.substr(end));
}

}  // namespace picket::config
