// SPDX-License-Identifier: Apache-2.0
#include "bench/traffic_peer/run.h"

#include <atomic>
#include <csignal>
#include <ctime>

namespace picket::peer {
namespace {

std::atomic<bool> stopped = false;

void OnSignal(int) { stopped.store(true, std::memory_order_relaxed); }

}  // namespace

uint64_t NowNs() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(now.tv_nsec);
}

void StopOnSignals() {
  std::signal(SIGTERM, OnSignal);
  std::signal(SIGINT, OnSignal);
  std::signal(SIGPIPE, SIG_IGN);  // a vhost switch that leaves
}

bool Stopped() { return stopped.load(std::memory_order_relaxed); }

}  // namespace picket::peer
