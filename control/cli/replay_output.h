// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <string>

#include "control/setup.h"
#include "dataplane/counters.h"
#include "dataplane/pipeline.h"

namespace picket {

// What a replay has to report.
struct ReplayReport {
  std::string capture;
  const Setup& setup;
  const WorkerState& worker;
  Ledger ledger;
  bool truncated = false;  // the capture ended inside a record
  std::chrono::nanoseconds elapsed{};
};

// The JSON contract, schema 1. Every verdict and layer is there, reasons only where they occurred.
std::string ReplayJson(const ReplayReport& report);
// The same for people.
std::string ReplayTable(const ReplayReport& report);

}  // namespace picket
