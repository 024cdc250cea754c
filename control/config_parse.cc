// SPDX-License-Identifier: Apache-2.0
#include "control/config_parse.h"

#include <string_view>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"

namespace picket::config {
namespace {

constexpr std::string_view kSyntax = "not valid TOML";
constexpr size_t kDescriptionBytesMax = 240;
static_assert(TOML_MAX_NESTED_VALUES == kDepthMax);

// A statement and the headers before it.
struct Found {
  Statement statement;
  std::optional<Statement> header;  // it stands under this one
};

bool IsHeader(std::string_view text, const Statement& statement) { return text[statement.begin] == '['; }

std::optional<Found> StatementAt(std::string_view text, size_t offset) {
  std::optional<Statement> header;
  for (auto statement = NextStatement(text, 0); statement; statement = NextStatement(text, statement->end)) {
    if (offset < statement->end) return Found{*statement, header};
    if (IsHeader(text, *statement)) header = statement;
  }
  return std::nullopt;
}

// The header that toml++ refuses. It places some refusals at the header, others at what follows it.
std::optional<Statement> RefusedHeader(std::string_view text, size_t offset, const std::string& description) {
  std::optional<Statement> header;
  for (auto statement = NextStatement(text, 0); statement && statement->begin <= offset;
       statement = NextStatement(text, statement->end)) {
    if (!IsHeader(text, *statement)) continue;
    const std::string named = absl::StrFormat("'%s", KeyAt(text, statement->begin));
    const bool is_meant = absl::StrContains(description, named + "'") || absl::StrContains(description, named + " ");
    if (statement->begin < offset || is_meant) header = statement;
  }
  return header;
}

// toml++ keeps no error codes; its texts are fixed by the packaged version and by the tests.
bool IsRepetition(const std::string& description) {
  return absl::StrContains(description, "cannot redefine existing ") ||
         absl::StrContains(description, "cannot insert '");
}

std::string SyntaxProblem(const std::string& description) {
  if (absl::StrContains(description, "TOML_MAX_NESTED_VALUES")) {
    return absl::StrFormat("values are nested deeper than %d", kDepthMax);
  }
  constexpr std::string_view kPrefix = "Error while parsing ";
  const bool prefixed = std::string_view(description).starts_with(kPrefix);
  const std::string shown =
      Shown(std::string_view(description).substr(prefixed ? kPrefix.size() : 0), kDescriptionBytesMax);
  // toml++ escapes some characters itself.
  return absl::StrReplaceAll(shown, {{R"(\\)", R"(\)"}});
}

// The key that the repeated table of this index gets; blanks keep it apart from what people write.
std::string KeyOfRepeated(size_t index) { return absl::StrFormat(" again %d ", index); }
std::string InQuotes(const std::string& key) { return absl::StrFormat("\"%s\"", key); }

// What a header was called before it was renamed.
std::string_view WrittenName(std::string_view name, const std::vector<RepeatedTable>& repeated) {
  for (size_t i = 0; i < repeated.size(); ++i) {
    if (name == InQuotes(KeyOfRepeated(i))) return repeated[i].name;
  }
  return name;
}

// Takes the pair at `offset` out of `text`. False: there is none.
bool TakeOutPair(std::string& text, size_t offset, const std::vector<RepeatedTable>& repeated, Problems& problems) {
  const std::optional<Found> found = StatementAt(text, offset);
  if (!found || IsHeader(text, found->statement)) return false;
  const Pair pair = PairAt(text, found->statement, offset);
  std::string path;
  if (found->header) path = Shown(WrittenName(KeyAt(text, found->header->begin), repeated)) + ".";
  if (pair.key != found->statement.begin) path += Shown(KeyAt(text, found->statement.begin)) + ".";
  problems.Add(PlaceAt(text, pair.key), path + Shown(KeyAt(text, pair.key)), "duplicate key (keep one)");
  text = BlankOut(text, pair.begin, pair.end);
  return true;
}

// Gives the table whose header is refused at `offset` a key of its own. False: there is no such header.
bool RenameTable(std::string& text, size_t offset, const std::string& description,
                 std::vector<RepeatedTable>& repeated) {
  const std::optional<Statement> header = RefusedHeader(text, offset, description);
  if (!header) return false;
  const std::string renamed = absl::StrFormat("[%s]", InQuotes(KeyOfRepeated(repeated.size())));
  repeated.push_back({std::string(KeyAt(text, header->begin)), PlaceAt(text, header->begin), {}});
  text.replace(header->begin, header->end - header->begin, renamed);
  return true;
}

ParsedToml WithRoot(ParsedToml parsed, toml::table&& root) {
  for (size_t i = 0; i < parsed.repeated.size(); ++i) {
    const auto found = root.find(KeyOfRepeated(i));
    if (found == root.end() || !found->second.is_table()) continue;
    parsed.repeated[i].table = std::move(*found->second.as_table());
    root.erase(found);
  }
  parsed.root = std::move(root);
  return parsed;
}

}  // namespace

ParsedToml ParseToml(std::string text, Problems& problems) {
  ParsedToml parsed;
  if (const std::optional<TextProblem> problem = FindTextProblem(text)) {
    problems.Add(PlaceAt(text, problem->offset), kSyntax, problem->what);
    return parsed;
  }
  Place place;
  for (int round = 0; round <= kRepetitionsMax; ++round) {
    toml::parse_result result = toml::parse(std::string_view(text), std::string_view());
    if (result.succeeded()) return WithRoot(std::move(parsed), std::move(result).table());
    const std::string description(result.error().description());
    const toml::source_position begin = result.error().source().begin;
    place = {begin.line, begin.column};
    const size_t offset = OffsetOf(text, place);
    const bool in_header = absl::StartsWith(description, "Error while parsing table header");
    const bool taken_out =
        IsRepetition(description) && (in_header ? RenameTable(text, offset, description, parsed.repeated)
                                                : TakeOutPair(text, offset, parsed.repeated, problems));
    if (!taken_out) {
      problems.Add(place, kSyntax, SyntaxProblem(description));
      return parsed;
    }
  }
  problems.Add(place, kSyntax, absl::StrFormat("more than %d keys are defined twice", kRepetitionsMax));
  return parsed;
}

}  // namespace picket::config
