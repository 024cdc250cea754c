// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <vector>

#include "dataplane/tables/shared_limiter.h"

// Workers that charge the same buckets at once: made for ThreadSanitizer, but what is granted is checked without it,
// too. Bounded by the number of charges.
namespace picket {
namespace {

constexpr size_t kThreads = 4;
constexpr uint64_t kCharges = 200'000;  // each thread
constexpr uint64_t kStepNs = 1'000;     // the clock goes on with every charge of any thread
constexpr uint64_t kRate = 100'000;     // a tenth of what is offered
constexpr uint64_t kBurst = 50;
const Gcra kLimit(kRate, kBurst);

void Require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "shared_limiter_tsan_test: %s\n", what);
  std::abort();
}

struct Outcome {
  uint64_t granted = 0;
  uint64_t evicted = 0;
  uint64_t units = 0;  // that the rate grants in the time
};

// Every thread charges `keys` keys in turn, each from another one on.
Outcome Charge(SharedLimiter& table, uint32_t keys) {
  std::atomic<uint64_t> clock{0};
  std::array<Outcome, kThreads> outcomes{};
  std::vector<std::thread> threads;
  for (size_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      Outcome mine;
      for (uint64_t i = 0; i < kCharges; ++i) {
        const Tick now = Tick::FromNs(clock.fetch_add(kStepNs, std::memory_order_relaxed));
        const Address address = Address::V4(static_cast<uint32_t>((i + t) % keys));
        mine.granted += table.Charge({Prefix::Host(address), 0}, kLimit, 1, now, &mine.evicted) ? 1 : 0;
      }
      outcomes[t] = mine;
    });
  }
  for (std::thread& t : threads) t.join();
  Outcome sum;
  for (const Outcome& o : outcomes) {
    sum.granted += o.granted;
    sum.evicted += o.evicted;
  }
  sum.units = kRate * clock.load() / 1'000'000'000;
  return sum;
}

// All that is left in the bucket of key 0 when the threads are done.
uint64_t Rest(SharedLimiter& table, Tick now) {
  uint64_t rest = 0, evicted = 0;
  while (table.Charge({Prefix::Host(Address::V4(0)), 0}, kLimit, 1, now, &evicted)) ++rest;
  return rest;
}

void RunOneBucket() {
  SharedLimiter table(/*buckets=*/4, HashKey::FromSeed(1));
  const Outcome o = Charge(table, /*keys=*/1);
  const uint64_t most = o.units + kBurst;
  const uint64_t all = o.granted + Rest(table, Tick::FromNs(kThreads * kCharges * kStepNs));
  std::printf("one bucket: %llu granted, rate and burst allow %llu\n", static_cast<unsigned long long>(all),
              static_cast<unsigned long long>(most));
  Require(o.evicted == 0, "a bucket was lost in an empty table");
  Require(o.granted <= most, "more was granted than rate and burst");
  Require(all <= most && all + kThreads >= most, "the rate was not granted in full");
}

// More keys than buckets: they take each other's, which costs a fresh burst each time.
void RunFullSet() {
  constexpr uint32_t kKeys = 7;
  SharedLimiter table(/*buckets=*/4, HashKey::FromSeed(2));
  const Outcome o = Charge(table, kKeys);
  const uint64_t most = kKeys * (o.units + kBurst) + o.evicted * (kBurst + kThreads);
  std::printf("full set: %llu granted, %llu evicted\n", static_cast<unsigned long long>(o.granted),
              static_cast<unsigned long long>(o.evicted));
  Require(o.evicted > 0, "no bucket made room");
  Require(o.granted <= most, "more was granted than rates and bursts");
}

void RunManyBuckets() {
  constexpr uint32_t kKeys = 8;
  SharedLimiter table(/*buckets=*/1'024, HashKey::FromSeed(3));
  const Outcome o = Charge(table, kKeys);
  Require(o.evicted == 0, "a bucket was lost although there was room");
  const uint64_t offered = kThreads * kCharges;
  Require(o.granted <= std::min(kKeys * (o.units + kBurst), offered), "more was granted than the buckets hold");
  Require(o.granted * 10 >= offered * 7, "far less was granted than the rates allow");
}

}  // namespace
}  // namespace picket

int main() {
  picket::RunOneBucket();
  picket::RunFullSet();
  picket::RunManyBuckets();
  return 0;
}
