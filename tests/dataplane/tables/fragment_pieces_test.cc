// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>
#include <random>
#include <vector>

#include "dataplane/tables/fragment_table.h"

namespace picket {
namespace {

using Outcome = FragmentPieces::Outcome;
constexpr size_t kPiecesMax = 8;  // as fragment_table.h promises: more separate pieces are scattered

// One flag for each byte of a datagram.
class NaivePieces {
 public:
  explicit NaivePieces(uint32_t bytes) : seen_(bytes, false) {}

  Outcome Add(uint32_t begin, uint32_t end) {
    uint32_t known = 0;
    for (uint32_t i = begin; i < end; ++i) known += seen_[i] ? 1 : 0;
    if (known == end - begin) return Outcome::kContained;
    if (known > 0) return Outcome::kOverlaps;
    std::vector<bool> next = seen_;
    std::fill(next.begin() + begin, next.begin() + end, true);
    if (Runs(next) > kPiecesMax) return Outcome::kScattered;
    seen_ = std::move(next);
    return Outcome::kNew;
  }

  bool Covers(uint32_t end) const {
    for (uint32_t i = 0; i < seen_.size(); ++i) {
      if (seen_[i] != (i < end)) return false;
    }
    return true;
  }

 private:
  static size_t Runs(const std::vector<bool>& seen) {
    size_t runs = 0;
    for (size_t i = 0; i < seen.size(); ++i) runs += seen[i] && (i == 0 || !seen[i - 1]) ? 1 : 0;
    return runs;
  }

  std::vector<bool> seen_;
};

void RequireSame(FragmentPieces& pieces, NaivePieces& naive, uint32_t begin, uint32_t end, uint32_t bytes) {
  const Outcome got = pieces.Add(begin, end);
  const Outcome expected = naive.Add(begin, end);
  bool same = got == expected;
  for (uint32_t i = 1; i <= bytes; ++i) same = same && pieces.Covers(i) == naive.Covers(i);
  if (same) return;
  INFO("[" << begin << ", " << end << ")");
  CHECK(static_cast<int>(got) == static_cast<int>(expected));
  FAIL("pieces and bytes disagree");
}

TEST_CASE("pieces in any order make a whole", "[fragment_pieces]") {
  std::vector<uint32_t> order{0, 1, 2, 3, 4};
  do {
    FragmentPieces pieces;
    for (size_t i = 0; i < order.size(); ++i) {
      REQUIRE_FALSE(pieces.Covers(5'000));
      REQUIRE(pieces.Add(order[i] * 1'000, order[i] * 1'000 + 1'000) == Outcome::kNew);
    }
    REQUIRE(pieces.Covers(5'000));
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST_CASE("a repeated piece is contained, one that shares bytes overlaps", "[fragment_pieces]") {
  FragmentPieces pieces;
  REQUIRE(pieces.Add(800, 1'600) == Outcome::kNew);
  CHECK(pieces.Add(800, 1'600) == Outcome::kContained);
  CHECK(pieces.Add(808, 1'592) == Outcome::kContained);
  CHECK(pieces.Add(792, 808) == Outcome::kOverlaps);
  CHECK(pieces.Add(1'599, 1'700) == Outcome::kOverlaps);
  CHECK(pieces.Add(0, 2'000) == Outcome::kOverlaps);
  CHECK(pieces.Add(0, 800) == Outcome::kNew);
  CHECK(pieces.Add(0, 1'600) == Outcome::kContained);
  CHECK(pieces.Covers(1'600));
}

TEST_CASE("a piece too many is scattered, until a gap closes", "[fragment_pieces]") {
  FragmentPieces pieces;
  for (uint32_t i = 0; i < kPiecesMax; ++i) REQUIRE(pieces.Add(i * 16, i * 16 + 8) == Outcome::kNew);
  CHECK(pieces.Add(1'000, 1'008) == Outcome::kScattered);
  CHECK(pieces.Add(1'000, 1'008) == Outcome::kScattered);
  CHECK(pieces.Add(8, 16) == Outcome::kNew);
  CHECK(pieces.Add(1'000, 1'008) == Outcome::kNew);
  CHECK(pieces.Add(1'000, 1'008) == Outcome::kContained);
  CHECK(pieces.Add(2'000, 2'008) == Outcome::kScattered);
}

TEST_CASE("every four pieces of a small datagram are told as byte by byte", "[fragment_pieces]") {
  constexpr uint32_t kBytes = 6;
  std::vector<std::pair<uint32_t, uint32_t>> spans;
  for (uint32_t begin = 0; begin < kBytes; ++begin) {
    for (uint32_t end = begin + 1; end <= kBytes; ++end) spans.emplace_back(begin, end);
  }
  for (size_t code = 0; code < spans.size() * spans.size() * spans.size() * spans.size(); ++code) {
    FragmentPieces pieces;
    NaivePieces naive(kBytes);
    size_t rest = code;
    for (int i = 0; i < 4; ++i) {
      const auto [begin, end] = spans[rest % spans.size()];
      rest /= spans.size();
      RequireSame(pieces, naive, begin, end, kBytes);
    }
  }
}

TEST_CASE("random pieces of a long datagram are told as byte by byte", "[fragment_pieces]") {
  std::mt19937_64 rng(60);
  for (int datagram = 0; datagram < 3'000; ++datagram) {
    const auto bytes = static_cast<uint32_t>(8 + rng() % 60);
    const auto longest = static_cast<uint32_t>(1 + rng() % 6);
    FragmentPieces pieces;
    NaivePieces naive(bytes);
    for (int i = 0; i < 50; ++i) {
      const auto begin = static_cast<uint32_t>(rng() % bytes);
      const auto end = static_cast<uint32_t>(std::min<uint64_t>(bytes, begin + 1 + rng() % longest));
      RequireSame(pieces, naive, begin, end, bytes);
    }
  }
}

}  // namespace
}  // namespace picket
