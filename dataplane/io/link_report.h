// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "dataplane/batch.h"
#include "dataplane/counters.h"
#include "dataplane/io/dpdk_device.h"
#include "dataplane/latency_histogram.h"

namespace picket {

// What went through one port, seen by its workers.
//   units  packets. lost: handed to the device, which did not take them
struct PortTraffic {
  uint64_t received = 0;
  uint64_t transmitted = 0;
  uint64_t lost = 0;
};

// Everything a worker counts; a copy is a consistent picture between two bursts.
//   ports           by the Direction of packets received there
//   handed_over     packets given to the worker that owns their address
//   handover_lost   those it had no room for; part of ledger.lost
//   units           cycles of the time stamp counter
struct WorkerReport {
  Counters counters;
  Ledger ledger;
  std::array<PortTraffic, 2> ports;
  uint64_t handed_over = 0;
  uint64_t handover_lost = 0;
  uint64_t busy_cycles = 0;
  uint64_t total_cycles = 0;
  uint64_t limiter_evicted = 0;
  LatencyHistogram latency;
};

struct WorkerStatus {
  uint32_t core = 0;
  uint64_t heartbeat = 0;  // turns of its loop
  WorkerReport report;
};

struct PortStatus {
  std::string device;
  std::string driver;
  bool up = false;
  uint16_t mtu = 0;
  DeviceCounters counters;
};

// One link at one moment. While workers run their reports are of slightly different moments, so packets on their way
// from one worker to another are in neither's ledger yet.
struct LinkReport {
  std::vector<WorkerStatus> workers;
  std::array<PortStatus, 2> ports;
  uint32_t mbufs = 0;
  uint32_t mbufs_free = 0;
};

// The workers' counters together.
WorkerReport Sum(const LinkReport& report);

}  // namespace picket
