// SPDX-License-Identifier: Apache-2.0
#include "control/daemon/run.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "control/cli/exit_code.h"
#include "control/daemon/stats.h"
#include "dataplane/io/dpdk_eal.h"
#include "dataplane/io/monotonic_clock.h"

namespace picket {
namespace {

using Links = std::vector<std::unique_ptr<RunningLink>>;
constexpr Duration kWatchEvery = Duration::FromMs(100);

DaemonStats StatsOf(const Links& links, Tick start, bool running) {
  DaemonStats stats{MonotonicNow() - start, running, SimdBits(), {}};
  for (const auto& l : links) {
    LinkStats& link = stats.links.emplace_back();
    link.name = l->spec.name;
    link.mode = l->setup->policy.link.mode;
    link.spreading = l->link->spreading();
    link.latency = l->spec.latency;
    link.report = l->link->Report();
    for (size_t w = 0; w < l->spec.workers; ++w) link.stalls.push_back(l->stalls.stalls(w));
    link.link_state_changes = l->relay.changes();
  }
  return stats;
}

// A full disk must not stop the appliance: it is said once, until it is over.
void WriteStats(const DaemonOptions& options, const DaemonStats& stats) {
  static bool complained = false;
  if (options.stats_path.empty()) return;
  const absl::Status written = WriteWhole(options.stats_path, StatsJson(stats));
  if (!written.ok() && !complained) std::fprintf(stderr, "picketd: %s\n", std::string(written.message()).c_str());
  complained = !written.ok();
}

void WatchWorkers(RunningLink& running, Tick now) {
  const std::vector<uint64_t> beats = running.link->Heartbeats();
  for (size_t w = 0; w < beats.size(); ++w) {
    const StallWatch::Change change = running.stalls.See(w, beats[w], now);
    if (change == StallWatch::Change::kNone) continue;
    std::fprintf(stderr, "picketd: link %s, worker %zu on core %u %s\n", running.spec.name.c_str(), w, running.cores[w],
                 change == StallWatch::Change::kStalled ? "stands still" : "moves again");
  }
}

void SetPort(RunningLink& running, const LinkStateRelay::Order& order) {
  DpdkDevice& port = running.link->device(order.port);
  const absl::Status set = port.SetLink(order.up);
  std::fprintf(stderr, "picketd: %s: link taken %s after the other side%s\n", port.request().place.c_str(),
               order.up ? "up" : "down", set.ok() ? "" : " (the device refused)");
}

LinkStateRelay::Ports PortsOf(RunningLink& running) {
  const DpdkDevice& outside = running.link->device(Direction::kInward);
  const DpdkDevice& inside = running.link->device(Direction::kOutward);
  return {outside.LinkIsUp(), inside.LinkIsUp(), outside.abilities().sets_link, inside.abilities().sets_link};
}

void WatchPorts(RunningLink& running, Tick now) {
  if (!running.setup->link.propagate_link_state) return;
  const std::optional<LinkStateRelay::Order> order = running.relay.See(PortsOf(running), now);
  if (!order) return;
  SetPort(running, *order);
  // A virtual device is up at once: what happens to it from now on is no longer our doing.
  if (order->up) running.relay.See(PortsOf(running), now);
}

// Whoever uses the ports next shall find them as they were.
void RaisePorts(RunningLink& running) {
  if (const std::optional<Direction> down = running.relay.taken_down()) SetPort(running, {*down, true});
}

// Drains and closes every link; false when a worker cannot stop, and nothing may be closed under it.
bool StopLinks(const Links& links) {
  bool stopped = true;
  for (const auto& running : links) {
    const absl::Status status = running->link->Stop();
    if (!status.ok()) std::fprintf(stderr, "picketd: %s\n", std::string(status.message()).c_str());
    stopped = stopped && status.ok();
    RaisePorts(*running);
  }
  if (!stopped) return false;
  for (const auto& running : links) running->link->Close();
  return true;
}

bool Balances(const DaemonStats& stats) {
  return std::all_of(stats.links.begin(), stats.links.end(),
                     [](const LinkStats& link) { return Sum(link.report).ledger.Balances(); });
}

}  // namespace

void Watch(const Links& links, Tick now) {
  for (const auto& running : links) {
    WatchWorkers(*running, now);
    WatchPorts(*running, now);
    running->table.Reclaim();
  }
}

int RunUntilStopped(const DaemonOptions& options, Links& links, const sigset_t& signals) {
  const Tick start = MonotonicNow();
  const Duration stats_every = Duration::FromMs(options.stats_interval_ms);
  Tick stats_due = start;
  for (int signal = 0; signal != SIGTERM && signal != SIGINT;) {
    const timespec wait = {0, kWatchEvery.ns};
    signal = sigtimedwait(&signals, nullptr, &wait);
    const Tick now = MonotonicNow();
    Watch(links, now);
    if (signal == SIGHUP) std::fprintf(stderr, "picketd: SIGHUP: the config is read at start only\n");
    if (signal == SIGUSR1 || now >= stats_due) {
      WriteStats(options, StatsOf(links, start, /*running=*/true));
      stats_due = now + stats_every;
    }
  }
  const bool stopped = StopLinks(links);
  const DaemonStats last = StatsOf(links, start, /*running=*/!stopped);
  WriteStats(options, last);
  std::fputs(LedgerText(last).c_str(), stdout);
  const bool told = std::fflush(stdout) == 0;
  if (!stopped) _exit(kExitFailed);  // a worker still uses what would be destroyed
  return told && Balances(last) ? kExitOk : kExitFailed;
}

}  // namespace picket
