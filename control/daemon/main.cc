// SPDX-License-Identifier: Apache-2.0
#include <signal.h>
#include <sys/random.h>

#include <cstdio>

#include "absl/strings/str_format.h"
#include "control/cli/exit_code.h"
#include "control/daemon/links.h"
#include "control/daemon/options.h"
#include "control/daemon/run.h"
#include "control/daemon/stats.h"
#include "dataplane/io/dpdk_eal.h"
#include "dataplane/io/monotonic_clock.h"

namespace picket {
namespace {

int Refuse(const absl::Status& status) {
  std::fprintf(stderr, "picketd: %s\n", std::string(status.message()).c_str());
  return kExitFailed;
}

// Before the first thread, so that all inherit it: signals are waited for, never delivered.
sigset_t BlockSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int s : {SIGTERM, SIGINT, SIGUSR1, SIGHUP}) sigaddset(&signals, s);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
  return signals;
}

uint64_t RandomSeed() {
  uint64_t seed = 0;
  if (getrandom(&seed, sizeof seed, 0) != sizeof seed) seed = MonotonicNow().ns;
  return seed;
}

void Announce(const std::vector<std::unique_ptr<RunningLink>>& links, const CorePlan& cores) {
  for (const auto& running : links) {
    const DpdkLink& link = *running->link;
    std::printf("picketd: link %s: %s <-> %s, mode %s, %u workers, affinity %s%s%s\n", running->spec.name.c_str(),
                running->spec.outside.device.c_str(), running->spec.inside.device.c_str(),
                std::string(Name(running->setup->policy.link.mode)).c_str(), running->spec.workers,
                std::string(Name(link.spreading())).c_str(), link.spreading_note().empty() ? "" : ": ",
                link.spreading_note().c_str());
  }
  if (cores.shared)
    std::printf("picketd: workers share CPUs: latency will suffer (give each its own, node.worker_cores)\n");
  std::printf("picketd: ready: %zu links, %zu workers\n", links.size(), cores.workers.size());
  std::fflush(stdout);
}

int Serve(const DaemonOptions& options, std::vector<std::unique_ptr<RunningLink>>& links, const CorePlan& cores,
          const sigset_t& signals) {
  if (absl::Status opened = OpenLinks(links); !opened.ok()) return Refuse(opened);
  if (options.check) {
    std::printf("picketd: all devices open\n");
    return kExitOk;
  }
  if (absl::Status started = StartLinks(links, cores); !started.ok()) return Refuse(started);
  Watch(links, MonotonicNow());
  Announce(links, cores);
  return RunUntilStopped(options, links, signals);
}

int Main(int argc, char** argv) {
  const sigset_t signals = BlockSignals();
  DaemonArguments arguments = ParseDaemonArguments(argc, argv);
  if (!arguments.options) return arguments.exit;
  DaemonOptions& options = *arguments.options;
  if (options.seed == 0) options.seed = RandomSeed();
  LinksResult loaded = LoadLinks(options, MonotonicNow());
  if (absl::Status stats = CheckStatsPath(options, loaded.links); !stats.ok()) {
    loaded.problems.push_back(std::string(stats.message()));
  }
  for (const std::string& problem : loaded.problems) std::fprintf(stderr, "%s\n", problem.c_str());
  if (!loaded.problems.empty()) return kExitUsage;
  uint32_t workers = 0;
  for (const auto& link : loaded.links) workers += link->spec.workers;
  if (workers > kEalWorkersMax) {
    return Refuse(absl::FailedPreconditionError(
        absl::StrFormat("%d workers are more than %d (lower link.workers)", workers, kEalWorkersMax)));
  }
  const CorePlan cores = PlanCores(AllowedCpus(), loaded.worker_cores, workers);
  if (absl::Status eal = StartEal(EalOptionsFor(loaded.links, options, cores)); !eal.ok()) return Refuse(eal);
  const int exit = Serve(options, loaded.links, cores, signals);
  loaded.links.clear();
  return exit;
}

}  // namespace
}  // namespace picket

int main(int argc, char** argv) { return picket::Main(argc, argv); }
