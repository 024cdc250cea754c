// SPDX-License-Identifier: Apache-2.0
#include "dataplane/published.h"

#include <array>
#include <catch2/catch.hpp>
#include <set>

#include "tests/support/listing_builder.h"

// Ordering between threads is publish_tsan_test's matter; here one thread plays all parts.
namespace picket {
namespace {

TEST_CASE("readers that are offline hold nothing back", "[published]") {
  GracePeriod grace(3);
  CHECK(grace.Passed(grace.Advance()));
}

TEST_CASE("a grace period without readers passes at once", "[published]") {
  GracePeriod grace(0);
  CHECK(grace.Passed(grace.Advance()));
}

TEST_CASE("a reader that was online holds a period until it is quiescent", "[published]") {
  GracePeriod grace(2);
  grace.Online(1);
  const uint64_t period = grace.Advance();
  CHECK_FALSE(grace.Passed(period));
  grace.Quiescent(1);
  CHECK(grace.Passed(period));
}

TEST_CASE("a reader that goes offline lets go", "[published]") {
  GracePeriod grace(1);
  grace.Online(0);
  const uint64_t period = grace.Advance();
  grace.Offline(0);
  CHECK(grace.Passed(period));
  CHECK(grace.Passed(grace.Advance()));
}

TEST_CASE("a reader that comes online holds only later periods", "[published]") {
  GracePeriod grace(1);
  const uint64_t before = grace.Advance();
  grace.Online(0);
  CHECK(grace.Passed(before));
  CHECK_FALSE(grace.Passed(grace.Advance()));
}

TEST_CASE("quiescent points before a period began do not count for it", "[published]") {
  GracePeriod grace(1);
  grace.Online(0);
  grace.Quiescent(0);
  grace.Quiescent(0);
  const uint64_t period = grace.Advance();
  CHECK_FALSE(grace.Passed(period));
}

TEST_CASE("one quiescent point passes every period that began before it", "[published]") {
  GracePeriod grace(1);
  grace.Online(0);
  const uint64_t first = grace.Advance();
  const uint64_t second = grace.Advance();
  grace.Quiescent(0);
  const uint64_t third = grace.Advance();
  CHECK(grace.Passed(first));
  CHECK(grace.Passed(second));
  CHECK_FALSE(grace.Passed(third));
}

TEST_CASE("the slowest reader decides", "[published]") {
  GracePeriod grace(3);
  for (size_t r = 0; r < 3; ++r) grace.Online(r);
  const uint64_t period = grace.Advance();
  grace.Quiescent(0);
  grace.Quiescent(2);
  CHECK_FALSE(grace.Passed(period));
  grace.Quiescent(1);
  CHECK(grace.Passed(period));
}

// Puts itself on a list while it lives.
struct Picture {
  Picture(std::set<int>& living, int number) : alive(living), id(number) { alive.insert(id); }
  ~Picture() { alive.erase(id); }
  Picture(const Picture&) = delete;
  Picture& operator=(const Picture&) = delete;
  std::set<int>& alive;
  int id;
};

TEST_CASE("a reader sees the last picture published", "[published]") {
  std::set<int> alive;
  GracePeriod grace(1);
  Published<Picture> published(grace, std::make_unique<Picture>(alive, 0));
  grace.Online(0);
  CHECK(published.Read().id == 0);
  published.Publish(std::make_unique<Picture>(alive, 1));
  CHECK(published.Read().id == 1);
}

TEST_CASE("an old picture lives until its reader lets go, and is freed by Reclaim alone", "[published]") {
  std::set<int> alive;
  GracePeriod grace(1);
  Published<Picture> published(grace, std::make_unique<Picture>(alive, 0));
  grace.Online(0);
  const Picture& held = published.Read();
  published.Publish(std::make_unique<Picture>(alive, 1));
  CHECK(published.Reclaim() == 1);
  CHECK(held.id == 0);
  CHECK(alive == std::set<int>{0, 1});
  grace.Quiescent(0);
  CHECK(alive == std::set<int>{0, 1});
  CHECK(published.Reclaim() == 0);
  CHECK(alive == std::set<int>{1});
}

TEST_CASE("pictures are freed oldest first, as far as readers have come", "[published]") {
  std::set<int> alive;
  GracePeriod grace(1);
  Published<Picture> published(grace, std::make_unique<Picture>(alive, 0));
  grace.Online(0);
  published.Publish(std::make_unique<Picture>(alive, 1));
  grace.Quiescent(0);
  published.Publish(std::make_unique<Picture>(alive, 2));
  published.Publish(std::make_unique<Picture>(alive, 3));
  CHECK(published.Reclaim() == 2);
  CHECK(alive == std::set<int>{1, 2, 3});
}

TEST_CASE("the end of a Published frees the current picture and those that wait", "[published]") {
  std::set<int> alive;
  GracePeriod grace(1);
  {
    Published<Picture> published(grace, std::make_unique<Picture>(alive, 0));
    grace.Online(0);
    published.Publish(std::make_unique<Picture>(alive, 1));
    published.Publish(std::make_unique<Picture>(alive, 2));
    grace.Offline(0);
    CHECK(alive.size() == 3);
  }
  CHECK(alive.empty());
}

// Readers and writer taking random turns; what a reader has read stays alive until it lets go.
class Turns {
 public:
  explicit Turns(uint64_t seed)
      : rng_(seed), grace_(kReaders), published_(grace_, std::make_unique<Picture>(alive_, 0)) {}

  void Take() {
    if (Pick(rng_, 4) == 0) {
      Write();
    } else {
      Read(Pick(rng_, kReaders));
    }
    for (const std::set<int>& held : held_) {
      for (const int id : held) REQUIRE(alive_.count(id) == 1);
    }
    REQUIRE(alive_.count(last_) == 1);
  }

  void End() {
    for (size_t r = 0; r < kReaders; ++r) {
      Release(r);
      if (online_[r]) grace_.Quiescent(r);
    }
    REQUIRE(published_.Reclaim() == 0);
    REQUIRE(alive_ == std::set<int>{last_});
  }

 private:
  static constexpr size_t kReaders = 3;
  void Release(size_t reader) { held_[reader].clear(); }

  void Write() {
    if (Pick(rng_, 2) == 0) {
      published_.Publish(std::make_unique<Picture>(alive_, ++last_));
    } else {
      published_.Reclaim();
    }
  }

  void Read(size_t reader) {
    const uint64_t turn = Pick(rng_, 6);
    if (turn == 0) {
      Release(reader);
      online_[reader] ? grace_.Offline(reader) : grace_.Online(reader);
      online_[reader] = !online_[reader];
    } else if (!online_[reader]) {
      return;
    } else if (turn <= 2) {
      Release(reader);
      grace_.Quiescent(reader);
    } else {
      held_[reader].insert(published_.Read().id);
    }
  }

  Rng rng_;
  std::set<int> alive_;
  GracePeriod grace_;
  Published<Picture> published_;
  std::array<bool, kReaders> online_{};
  std::array<std::set<int>, kReaders> held_;
  int last_ = 0;
};

TEST_CASE("through random turns nothing held is freed, and in the end all that is old is", "[published]") {
  for (uint64_t seed = 0; seed < 100; ++seed) {
    Turns turns(seed);
    for (int i = 0; i < 200; ++i) turns.Take();
    turns.End();
  }
}

}  // namespace
}  // namespace picket
