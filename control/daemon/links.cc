// SPDX-License-Identifier: Apache-2.0
#include "control/daemon/links.h"

#include <algorithm>
#include <filesystem>

#include "absl/strings/str_format.h"
#include "dataplane/io/device_advice.h"

namespace picket {
namespace {

Spreading SpreadingOf(Affinity affinity) {
  switch (affinity) {
    case Affinity::kRss:
      return Spreading::kRss;
    case Affinity::kSoftware:
      return Spreading::kSoftware;
    case Affinity::kAuto:
      break;
  }
  return Spreading::kAuto;
}

DeviceRequest RequestOf(const LinkConfig& link, const char* side, const std::string& device) {
  return {.place = absl::StrFormat("link %s, %s", link.name, side),
          .device = device,
          .mtu = static_cast<uint16_t>(link.mtu)};
}

LinkSpec SpecOf(const Setup& setup, const DaemonOptions& options) {
  const LinkConfig& link = setup.link;
  const std::vector<RateClass>& classes = setup.policy.link.rate_classes;
  const bool per_subnet =
      std::any_of(classes.begin(), classes.end(), [](const RateClass& c) { return c.key == RateKey::kSubnet64; });
  return {.name = link.name,
          .outside = RequestOf(link, "outside", link.outside),
          .inside = RequestOf(link, "inside", link.inside),
          .workers = link.workers,
          .mbufs = link.mbufs,
          .spreading = SpreadingOf(link.affinity),
          .owns_subnets = per_subnet,
          .latency = link.latency_histogram || options.latency,
          .limits = setup.limits,
          .seed = setup.seed};
}

}  // namespace

LinksResult LoadLinks(const DaemonOptions& options, Tick start) {
  LinksResult result;
  ConfigResult config = ReadConfig(options.config_path);
  if (!config.config) return {{}, {}, std::move(config.problems)};
  result.worker_cores = options.worker_cores.empty() ? config.config->node.worker_cores : options.worker_cores;
  if (config.config->links.empty()) result.problems.push_back(options.config_path + ": no [[link]] to stand in");
  for (const LinkConfig& link : config.config->links) {
    SetupOptions wanted;
    wanted.config_path = options.config_path;
    wanted.link = link.name;
    wanted.seed = options.seed;
    wanted.live = true;
    SetupResult loaded = LoadSetup(wanted, start);
    // Every link reads the same lists.
    for (std::string& problem : loaded.problems) {
      if (std::find(result.problems.begin(), result.problems.end(), problem) == result.problems.end()) {
        result.problems.push_back(std::move(problem));
      }
    }
    if (loaded.setup == nullptr) continue;
    auto running = std::make_unique<RunningLink>(std::move(loaded.setup));
    running->spec = SpecOf(*running->setup, options);
    running->spec.number = static_cast<uint32_t>(result.links.size());
    result.links.push_back(std::move(running));
  }
  return result;
}

absl::Status CheckStatsPath(const DaemonOptions& options, const std::vector<std::unique_ptr<RunningLink>>& links) {
  namespace fs = std::filesystem;
  const std::string& path = options.stats_path;
  std::error_code absent;
  if (path.empty() || !fs::exists(fs::symlink_status(path, absent))) return absl::OkStatus();
  if (!fs::is_regular_file(fs::symlink_status(path, absent))) {
    return absl::InvalidArgumentError("--stats " + path + ": not a regular file, it would be replaced by one");
  }
  std::vector<std::string> inputs = {options.config_path};
  for (const auto& link : links) {
    for (const FeedSummary& feed : link->setup->feeds) inputs.push_back(feed.file);
  }
  for (const std::string& input : inputs) {
    if (fs::equivalent(path, input, absent)) {
      return absl::InvalidArgumentError("--stats " + path + ": would overwrite " + input + "; write to another file");
    }
  }
  return absl::OkStatus();
}

EalOptions EalOptionsFor(const std::vector<std::unique_ptr<RunningLink>>& links, const DaemonOptions& options,
                         const CorePlan& cores) {
  EalOptions eal;
  eal.huge_pages = options.huge_pages;
  eal.control_cpus = cores.control;
  eal.worker_cpus = cores.workers;
  eal.memory_mib = 0;
  for (const auto& link : links) {
    eal.memory_mib += MemoryMibFor(link->spec, options.huge_pages);
    for (const std::string* device : {&link->spec.outside.device, &link->spec.inside.device}) {
      if (IsPciAddress(*device)) eal.pci_devices.push_back(*device);
    }
  }
  if (options.memory_mib != 0) eal.memory_mib = options.memory_mib;
  return eal;
}

absl::Status OpenLinks(std::vector<std::unique_ptr<RunningLink>>& links) {
  for (auto& running : links) {
    absl::StatusOr<std::unique_ptr<DpdkLink>> link =
        DpdkLink::Open(running->spec, {running->setup->policy, running->table, running->grace});
    if (!link.ok()) return link.status();
    running->link = std::move(*link);
  }
  return absl::OkStatus();
}

absl::Status StartLinks(std::vector<std::unique_ptr<RunningLink>>& links, const CorePlan& cores) {
  size_t first = 0;
  for (auto& running : links) {
    const size_t workers = running->spec.workers;
    const auto begin = cores.workers.begin() + static_cast<std::ptrdiff_t>(first);
    running->cores.assign(begin, begin + static_cast<std::ptrdiff_t>(workers));
    if (absl::Status s = running->link->Start(first, running->cores, cores.shared); !s.ok()) return s;
    first += workers;
  }
  return absl::OkStatus();
}

}  // namespace picket
