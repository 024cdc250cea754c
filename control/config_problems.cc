// SPDX-License-Identifier: Apache-2.0
#include "control/config_problems.h"

#include <algorithm>
#include <array>

#include "absl/strings/escaping.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"

namespace picket::config {
namespace {

constexpr size_t kWordBytesMax = 64;  // longer words get no suggestion
using Row = std::array<size_t, kWordBytesMax + 1>;

// Optimal string alignment distance.
size_t Edits(std::string_view a, std::string_view b) {
  Row before_last{};
  Row last{};
  Row row{};
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    before_last = last;
    last = row;
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
  }
  return row[b.size()];
}

}  // namespace

void Problems::Add(Place place, std::string_view key, std::string_view what) {
  problems_.push_back({place, absl::StrFormat("%s: %s", key, what)});
  if (problems_.size() >= 2 * kProblemsMax) SortAndCut();
}

void Problems::SortAndCut() {
  std::sort(problems_.begin(), problems_.end());
  if (problems_.size() <= kProblemsMax) return;
  left_out_ += problems_.size() - kProblemsMax;
  first_left_out_ = std::min(first_left_out_, problems_[kProblemsMax].place);
  problems_.resize(kProblemsMax);
}

std::vector<std::string> Problems::Lines(const std::string& file) {
  SortAndCut();
  const auto line = [&](Place place, std::string_view text) {
    return absl::StrFormat("%s:%d:%d: %s", file, place.line, place.column, text);
  };
  std::vector<std::string> lines;
  for (const Problem& problem : problems_) lines.push_back(line(problem.place, problem.text));
  if (left_out_ > 0) lines.push_back(line(first_left_out_, absl::StrFormat("and %d more problems", left_out_)));
  return lines;
}

std::string Shown(std::string_view text, size_t bytes_max) {
  const std::string escaped = absl::CEscape(std::string(text.substr(0, bytes_max)));
  const std::string shown = absl::StrReplaceAll(escaped, {{"\\'", "'"}});
  return text.size() > bytes_max ? shown + "..." : shown;
}

std::string Quoted(std::string_view text) { return absl::StrFormat("\"%s\"", Shown(text)); }

std::string DidYouMean(std::string_view word, std::span<const std::string_view> candidates) {
  if (word.size() > kWordBytesMax) return "";
  size_t fewest = std::max<size_t>(2, word.size() / 3) + 1;
  std::string_view nearest;
  for (const std::string_view candidate : candidates) {
    const size_t longer = std::max(word.size(), candidate.size());
    if (longer > kWordBytesMax || longer - std::min(word.size(), candidate.size()) >= fewest) continue;
    const size_t edits = Edits(word, candidate);
    if (edits >= fewest || edits >= std::min(word.size(), candidate.size())) continue;
    fewest = edits;
    nearest = candidate;
  }
  return nearest.empty() ? "" : absl::StrFormat(" (did you mean `%s`?)", nearest);
}

}  // namespace picket::config
