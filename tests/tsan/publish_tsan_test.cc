// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "dataplane/published.h"
#include "dataplane/tables/reputation_store.h"

// Readers judging batches while a writer publishes pictures and reclaims old ones: made for ThreadSanitizer, whose
// report is the failure; what the test itself checks holds without it, too. Bounded by the number of publications. Its
// own program, as ThreadSanitizer needs absl's uninstrumented parts ignored
// (TSAN_OPTIONS=ignore_noninstrumented_modules=1).
namespace picket {
namespace {

constexpr size_t kReaders = 4;
constexpr uint64_t kTables = 2'500;
constexpr uint64_t kBarePictures = 50'000;
constexpr size_t kWaitingMax = 16;  // the writer lets readers catch up beyond this
constexpr uint64_t kPublicationsAlone = 256;
constexpr uint64_t kBatchesToPass = 1'000;  // after so many of every reader, what waited must be free
constexpr uint32_t kAddresses = 2 * kBatchMax;
constexpr uint16_t kRateClasses = 1'000;
constexpr uint64_t kAlive = 0xa11fe'a11fe;
constexpr uint64_t kDead = 0xdead'dead;

void Require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "publish_tsan_test: %s\n", what);
  std::abort();
}

std::atomic<int64_t> living{0};

// Counted while it lives, and not to be mistaken for living once it is dead.
struct Picture {
  explicit Picture(uint64_t g, std::unique_ptr<const ReputationTable> t = nullptr)
      : generation(g), table(std::move(t)) {
    living.fetch_add(1);
  }
  ~Picture() {
    *const_cast<volatile uint64_t*>(&canary) = kDead;
    living.fetch_sub(1);
  }
  Picture(const Picture&) = delete;
  Picture& operator=(const Picture&) = delete;

  uint64_t generation;
  std::unique_ptr<const ReputationTable> table;
  uint64_t canary = kAlive;
};

// What is published, how often, and what a reader does with it.
struct Scenario {
  uint64_t publications;
  std::function<std::unique_ptr<const Picture>(uint64_t generation)> make;
  void (*judge)(const Picture& picture, uint32_t first);
};

struct Shared {
  GracePeriod grace{kReaders};
  std::unique_ptr<Published<Picture>> published;
  std::atomic<size_t> readers_started{0};
  std::atomic<bool> writer_done{false};
  std::array<std::atomic<uint64_t>, kReaders> batches{};  // relaxed: must not order what it counts
};

using Batches = std::array<uint64_t, kReaders>;

// A table whose entries all carry its generation, in rate class and score.
std::unique_ptr<const Picture> MakeTable(ReputationStore& store, SourceId source, uint64_t generation) {
  std::vector<Entry> entries;
  for (uint32_t i = 0; i < kAddresses; ++i) {
    Entry& e = entries.emplace_back();
    e.prefix = Prefix::Host(Address::V4(i));
    e.verdict = Verdict::kLimit;
    e.rate_class = static_cast<RateClassId>(generation % kRateClasses);
    e.score = static_cast<uint8_t>(generation % 101);
  }
  Require(store.Replace(source, entries).ok(), "the store refused a picture");
  auto picture = std::make_unique<const Picture>(generation, store.Build());
  Require(picture->table->generation() == generation, "generations do not count by one");
  return picture;
}

std::array<LookupKey, kBatchMax> KeysFrom(uint32_t first) {
  std::array<LookupKey, kBatchMax> keys;
  for (uint32_t i = 0; i < kBatchMax; ++i) keys[i].address = Address::V4((first + i) % kAddresses);
  return keys;
}

// One batch by one table.
void JudgeTable(const Picture& picture, uint32_t first) {
  const ReputationTable& table = *picture.table;
  std::array<Decision, kBatchMax> decisions;
  const std::array<LookupKey, kBatchMax> keys = KeysFrom(first);
  table.Lookup(keys, Tick{}, decisions);
  for (const Decision& d : decisions) {
    Require(d.listed && d.rate_class == picture.generation % kRateClasses, "a table is not of one generation");
  }
  const std::vector<Listing> covering = table.Covering(keys[0].address);
  Require(covering.size() == 1 && covering[0].entry.score == picture.generation % 101, "a listing is of another time");
}

void JudgeNothing(const Picture&, uint32_t) {}

// A worker: a batch, a quiescent point, now and then a rest offline. Its number seeds when.
void Reader(Shared& shared, const Scenario& scenario, size_t number) {
  uint64_t random = number + 1;
  uint64_t last = 0;
  shared.grace.Online(number);
  shared.readers_started.fetch_add(1);
  while (!shared.writer_done.load(std::memory_order_relaxed)) {
    random = random * 6'364'136'223'846'793'005 + 1'442'695'040'888'963'407;
    const Picture& picture = shared.published->Read();
    Require(picture.canary == kAlive, "a picture died before its reader let go");
    Require(picture.generation >= last, "a reader went back in time");
    last = picture.generation;
    scenario.judge(picture, static_cast<uint32_t>(random >> 40));
    Require(picture.canary == kAlive && picture.generation == last, "a picture died while it was read");
    if (random >> 61 == 0) {
      shared.grace.Offline(number);
      std::this_thread::yield();
      shared.grace.Online(number);
    } else {
      shared.grace.Quiescent(number);
    }
    shared.batches[number].fetch_add(1, std::memory_order_relaxed);
  }
  shared.grace.Offline(number);
  Require(last > 1, "a reader saw the first picture only");
}

// Whether every reader has begun and ended at least `count` batches since `begin`.
bool AllJudged(const Shared& shared, const Batches& begin, uint64_t count) {
  for (size_t r = 0; r < kReaders; ++r) {
    if (shared.batches[r].load(std::memory_order_relaxed) < begin[r] + count + 1) return false;
  }
  return true;
}

// Waits until few pictures wait, and now and then for every reader: what waits must come free while readers go on.
void LetReadersCatchUp(Shared& shared, uint64_t generation) {
  Batches begin{};
  for (size_t r = 0; r < kReaders; ++r) begin[r] = shared.batches[r].load(std::memory_order_relaxed);
  while (shared.published->Reclaim() > kWaitingMax) {
    Require(!AllJudged(shared, begin, kBatchesToPass), "every reader was quiescent, yet nothing is reclaimed");
    std::this_thread::yield();
  }
  while (generation % kPublicationsAlone == 0 && !AllJudged(shared, begin, 1)) std::this_thread::yield();
}

void Run(const Scenario& scenario) {
  Shared shared;
  shared.published = std::make_unique<Published<Picture>>(shared.grace, scenario.make(1));
  std::vector<std::thread> readers;
  for (size_t r = 0; r < kReaders; ++r) readers.emplace_back(Reader, std::ref(shared), std::cref(scenario), r);
  while (shared.readers_started.load() < kReaders) std::this_thread::yield();
  for (uint64_t generation = 2; generation <= scenario.publications; ++generation) {
    shared.published->Publish(scenario.make(generation));
    LetReadersCatchUp(shared, generation);
  }
  shared.writer_done.store(true);
  for (std::thread& t : readers) t.join();
  Require(shared.published->Reclaim() == 0, "old pictures wait though no reader is online");
  Require(living.load() == 1, "old pictures were not freed");
  shared.published.reset();
  Require(living.load() == 0, "the last picture was not freed");
}

void RunTables() {
  ReputationStore store(kRateClasses);
  const SourceId source = store.AddSource("feed", Tier::kFeed).value();
  Run({kTables, [&](uint64_t generation) { return MakeTable(store, source, generation); }, JudgeTable});
}

// Little else than the protocol itself, so that rare interleavings come up.
void RunBare() {
  Run({kBarePictures, [](uint64_t generation) { return std::make_unique<const Picture>(generation); }, JudgeNothing});
}

}  // namespace
}  // namespace picket

int main() {
  picket::RunTables();
  picket::RunBare();
  return 0;
}
