// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "control/config_text.h"

namespace picket::config {

inline constexpr size_t kProblemsMax = 1000;  // told of one file; the rest is counted
inline constexpr size_t kShownBytesMax = 64;  // of a text that a message repeats

// What is wrong with one file, collected in any order.
class Problems {
 public:
  // `key` is the dotted path of the key meant, `what` the rest of the line.
  void Add(Place place, std::string_view key, std::string_view what);
  bool IsEmpty() const { return problems_.empty(); }
  // `FILE:LINE:COLUMN: KEY: WHAT` each, sorted by place. Of more than kProblemsMax the first ones stay, and one
  // last line counts the others.
  std::vector<std::string> Lines(const std::string& file);

 private:
  struct Problem {
    Place place;
    std::string text;
    friend auto operator<=>(const Problem&, const Problem&) = default;
  };
  void SortAndCut();

  std::vector<Problem> problems_;
  uint64_t left_out_ = 0;
  Place first_left_out_{UINT32_MAX, UINT32_MAX};
};

// `text` for a message: printable ASCII, everything else escaped as in C, cut after `bytes_max`.
std::string Shown(std::string_view text, size_t bytes_max = kShownBytesMax);
// The same between double quotes.
std::string Quoted(std::string_view text);

// ` (did you mean `x`?)` for the candidate nearest to `word`, or nothing when none is near: at most two edits or a
// third of the word's length away, and never all of it. An edit inserts, deletes or changes a letter or swaps two
// neighbours.
std::string DidYouMean(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace picket::config
