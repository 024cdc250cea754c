// SPDX-License-Identifier: Apache-2.0
// A worker that counts, an asker that wants whole reports: run under ThreadSanitizer.
#include <atomic>
#include <cstdio>
#include <thread>

#include "dataplane/report_box.h"

namespace picket {
namespace {

constexpr uint64_t kReports = 20'000;

struct Report {
  uint64_t first = 0;
  uint64_t fill[16] = {};
  uint64_t last = 0;
};

int Main() {
  ReportBox<Report> box;
  std::atomic<bool> stopping{false};
  std::jthread worker([&] {
    uint64_t count = 0;
    while (!stopping.load(std::memory_order_relaxed)) {
      ++count;
      box.Answer([count](Report& r) {
        r.first = count;
        for (uint64_t& f : r.fill) f = count;
        r.last = count;
      });
    }
  });
  uint64_t before = 0;
  int wrong = 0;
  for (uint64_t i = 0; i < kReports; ++i) {
    box.Ask();
    const Report* report = box.Answered();
    while (report == nullptr) report = box.Answered();
    wrong += report->first != report->last || report->fill[7] != report->last || report->first <= before;
    before = report->first;
  }
  stopping = true;
  if (wrong > 0) std::fprintf(stderr, "%d of %d reports were torn or old\n", wrong, static_cast<int>(kReports));
  return wrong == 0 ? 0 : 1;
}

}  // namespace
}  // namespace picket

int main() { return picket::Main(); }
