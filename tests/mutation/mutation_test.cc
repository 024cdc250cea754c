// SPDX-License-Identifier: Apache-2.0
// Damaged packets through the whole pipeline: mutation_test [COUNT [SEED]]
//   COUNT  packets, default 1,000,000;  SEED  default 1; the same seed and corpus give the same packets
// Starts from what the tests build and from the captures in $PICKET_CORPUS/pcaps. Whatever comes, no read past a frame,
// and every check of tests/support/pipeline_check.h holds. The last line is `N passed, N failed`.
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "tests/mutation/captured_frames.h"
#include "tests/support/mutate.h"
#include "tests/support/pipeline_check.h"

extern "C" [[gnu::weak]] void __sanitizer_set_death_callback(void (*callback)());

namespace picket {
namespace {

constexpr uint64_t kCountDefault = 1'000'000;
constexpr size_t kFramesPerCapture = 256;
constexpr uint64_t kFailuresMax = 10;

struct Run {
  uint64_t seed = 1;
  uint64_t done = 0;
  std::vector<Origin> batch;
};
Run current;  // for whoever reports a crash

void PrintBatch(const char* flaw) {
  std::fprintf(stderr, "\n%s\nseed %llu, batch from packet %llu on:\n", flaw,
               static_cast<unsigned long long>(current.seed), static_cast<unsigned long long>(current.done));
  for (size_t slot = 0; slot < current.batch.size(); ++slot) {
    const auto& [name, frame] = current.batch[slot];
    std::fprintf(stderr, "%zu: from '%s', link layer %d, %u wire bytes: %s\n", slot, name.c_str(),
                 static_cast<int>(frame.link_layer), frame.WireBytes(), ToHex(frame.bytes).c_str());
  }
}

void ReportCrash() { PrintBatch("a sanitizer stopped the run"); }
void ReportAbort(int) { PrintBatch("the run was aborted"); }

bool ParseNumber(const char* text, uint64_t& number) {
  const char* end = text + std::strlen(text);
  const auto [stop, error] = std::from_chars(text, end, number);
  return error == std::errc() && stop == end;
}

// Built packets, and captured ones if there are any; nothing if there had to be some.
std::vector<Origin> Origins(Rng& rng) {
  std::vector<Origin> origins = BuiltFrames();
  const size_t built = origins.size();
  const char* corpus = std::getenv("PICKET_CORPUS");
  const std::string directory =
      std::string(corpus != nullptr ? corpus : PICKET_SOURCE_ROOT "/../shared/data") + "/pcaps";
  std::vector<std::string> unreadable;
  std::vector<Origin> captured = CapturedFrames(directory, kFramesPerCapture, rng, &unreadable);
  for (const std::string& name : unreadable) std::printf("not read to its end: %s\n", name.c_str());
  std::move(captured.begin(), captured.end(), std::back_inserter(origins));
  std::printf("%zu built packets, %zu of captures in %s\n", built, origins.size() - built, directory.c_str());
  if (origins.size() > built) return origins;
  const char* ci = std::getenv("CI");
  if (ci != nullptr && std::strcmp(ci, "true") == 0) {
    std::printf("no captures there; CI=true needs them, set PICKET_CORPUS\n");
    return {};
  }
  std::printf("no captures there: skipped; set PICKET_CORPUS to damage them too\n");
  return origins;
}

// A batch of any size, most frames of one origin's neighbourhood, so that pieces of datagrams meet.
void DrawBatch(const std::vector<Origin>& origins, uint64_t most, Rng& rng) {
  const uint64_t size = 1 + Pick(rng, std::min<uint64_t>(kBatchMax, most));
  const uint64_t from = Pick(rng, origins.size());
  current.batch.clear();
  for (uint64_t i = 0; i < size; ++i) {
    const uint64_t at = Pick(rng, 2) == 0 ? (from + i) % origins.size() : Pick(rng, origins.size());
    current.batch.push_back(origins[at]);
    Mutate(current.batch.back().frame, rng);
  }
}

// A reason that no damage led to is a hole in what was tried.
void PrintUnseen(const std::vector<CheckedPipeline>& pipelines) {
  Counters sum;
  for (const CheckedPipeline& p : pipelines) sum += p.worker.counters;
  for (size_t r = 0; r < kReasonCount; ++r) {
    if (sum.reasons[r] == 0) std::printf("never seen: %s\n", std::string(kReasons[r].name).c_str());
  }
}

uint64_t RunAll(const std::vector<Origin>& origins, uint64_t count, Rng& rng) {
  std::vector<CheckedPipeline> pipelines = CheckedPipelines(current.seed);
  uint64_t failed = 0;
  Tick now = Tick::FromMs(1);
  while (current.done < count && failed < kFailuresMax) {
    DrawBatch(origins, count - current.done, rng);
    std::vector<Frame> frames;
    for (const Origin& origin : current.batch) frames.push_back(origin.frame);
    now = now + Duration::FromMs(static_cast<int64_t>(Pick(rng, 200)));
    const std::string flaw = CheckPipeline(frames, pipelines[Pick(rng, pipelines.size())], now);
    if (!flaw.empty()) {
      PrintBatch(flaw.c_str());
      failed += frames.size();
    }
    current.done += frames.size();
  }
  PrintUnseen(pipelines);
  return failed;
}

int Main(int argc, char** argv) {
  uint64_t count = kCountDefault;
  if (argc > 3 || (argc > 1 && !ParseNumber(argv[1], count)) || (argc > 2 && !ParseNumber(argv[2], current.seed))) {
    std::fprintf(stderr, "usage: mutation_test [COUNT [SEED]]\n");
    return 2;
  }
  if (__sanitizer_set_death_callback != nullptr) __sanitizer_set_death_callback(ReportCrash);
  std::signal(SIGABRT, ReportAbort);
  std::printf("seed %llu\n", static_cast<unsigned long long>(current.seed));
  Rng rng(current.seed);
  const std::vector<Origin> origins = Origins(rng);
  const uint64_t failed = origins.empty() ? 1 : RunAll(origins, count, rng);
  std::printf("%llu passed, %llu failed\n",
              static_cast<unsigned long long>(current.done - std::min(current.done, failed)),
              static_cast<unsigned long long>(failed));
  return failed == 0 ? 0 : 1;
}

}  // namespace
}  // namespace picket

int main(int argc, char** argv) { return picket::Main(argc, argv); }
