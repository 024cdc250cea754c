// SPDX-License-Identifier: Apache-2.0
#include "dataplane/io/dpdk_eal.h"

#include <rte_cpuflags.h>
#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_launch.h>
#include <rte_lcore.h>
#include <rte_log.h>
#include <sched.h>

#include <filesystem>
#include <fstream>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "dataplane/io/dpdk_log.h"

namespace picket {
namespace {

constexpr char kHugePagesFolder[] = "/sys/kernel/mm/hugepages";

uint64_t NumberIn(const std::filesystem::path& file) {
  uint64_t number = 0;
  std::ifstream(file) >> number;
  return number;
}

// As EAL's --lcores wants it: lcore@(cpu,...).
std::string LcoresOf(const EalOptions& options) {
  std::string lcores = absl::StrFormat("0@(%s)", absl::StrJoin(options.control_cpus, ","));
  for (size_t i = 0; i < options.worker_cpus.size(); ++i) {
    absl::StrAppendFormat(&lcores, ",%d@%d", i + 1, options.worker_cpus[i]);
  }
  return lcores;
}

std::vector<std::string> ArgumentsOf(const EalOptions& options) {
  // 256 bits is DPDK's default on x86: its own wide paths would stay off.
  std::vector<std::string> arguments = {"picketd", "--no-telemetry", "--force-max-simd-bitwidth=512",
                                        "--lcores=" + LcoresOf(options)};
  if (options.huge_pages) {
    arguments.push_back("--in-memory");
    arguments.push_back("--single-file-segments");
  } else {
    arguments.push_back("--no-huge");
    arguments.push_back("--no-shconf");
    arguments.push_back(absl::StrFormat("-m%d", options.memory_mib));
  }
  if (options.pci_devices.empty()) {
    arguments.push_back("--no-pci");
    arguments.push_back("--iova-mode=va");
  }
  for (const std::string& device : options.pci_devices) arguments.push_back("--allow=" + device);
  return arguments;
}

absl::Status CheckCpus(const EalOptions& options) {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return absl::OkStatus();
  for (const uint32_t cpu : options.worker_cpus) {
    if (cpu < CPU_SETSIZE && CPU_ISSET(cpu, &allowed)) continue;
    return absl::FailedPreconditionError(
        absl::StrFormat("worker core %d is not one this process may use (`taskset -p %d` shows them; change "
                        "node.worker_cores or --cores)",
                        cpu, getpid()));
  }
  return absl::OkStatus();
}

absl::Status CheckMemory(const EalOptions& options) {
  uint64_t available_kib = UINT64_MAX;
  std::ifstream file("/proc/meminfo");
  for (std::string word; file >> word;) {
    if (word == "MemAvailable:") file >> available_kib;
  }
  if (options.huge_pages || available_kib / 1024 >= options.memory_mib) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrFormat("needs %d MiB of memory, %d MiB are available: lower link.mbufs, link.workers or --memory-mib",
                      options.memory_mib, available_kib / 1024));
}

absl::Status CheckHugePages(const EalOptions& options) {
  const uint64_t free_mib = FreeHugePagesMib();
  if (!options.huge_pages || free_mib >= options.memory_mib) return absl::OkStatus();
  const uint64_t pages = (options.memory_mib + 1) / 2;
  return absl::FailedPreconditionError(absl::StrFormat(
      "needs %d MiB of huge pages, %d MiB are free: `echo %d > %s/hugepages-2048kB/nr_hugepages` reserves them, "
      "--no-huge does without",
      options.memory_mib, free_mib, NumberIn(std::string(kHugePagesFolder) + "/hugepages-2048kB/nr_hugepages") + pages,
      kHugePagesFolder));
}

}  // namespace

absl::Status StartEal(const EalOptions& options) {
  if (absl::Status cpus = CheckCpus(options); !cpus.ok()) return cpus;
  for (const auto check : {CheckMemory, CheckHugePages}) {
    if (absl::Status memory = check(options); !memory.ok()) return memory;
  }
  std::vector<std::string> arguments = ArgumentsOf(options);
  std::vector<char*> argv;
  for (std::string& a : arguments) argv.push_back(a.data());
  CaptureDpdkLog();
  if (rte_eal_init(static_cast<int>(argv.size()), argv.data()) >= 0) return absl::OkStatus();
  if (rte_errno == EACCES || rte_errno == EPERM) {
    return absl::FailedPreconditionError("DPDK may not use memory or devices: run as root (" + TakeDpdkLog() + ")");
  }
  return absl::InternalError(absl::StrFormat("DPDK does not start: %s (%s)", rte_strerror(rte_errno), TakeDpdkLog()));
}

absl::Status StartWorker(size_t worker, int (*work)(void*), void* argument) {
  const int failed = rte_eal_remote_launch(work, argument, static_cast<unsigned>(worker + 1));
  if (failed == 0) return absl::OkStatus();
  return absl::InternalError(absl::StrFormat("worker %d does not start: %s", worker, rte_strerror(-failed)));
}

void JoinWorker(size_t worker) { rte_eal_wait_lcore(static_cast<unsigned>(worker + 1)); }

uint64_t FreeHugePagesMib() {
  uint64_t free_kib = 0;
  std::error_code ignored;
  for (const auto& folder : std::filesystem::directory_iterator(kHugePagesFolder, ignored)) {
    const std::string name = folder.path().filename();  // hugepages-2048kB
    const uint64_t page_kib = strtoull(name.c_str() + name.find('-') + 1, nullptr, 10);
    free_kib += page_kib * NumberIn(folder.path() / "free_hugepages");
  }
  return free_kib / 1024;
}

uint32_t SimdBits() {
  const auto has = [](rte_cpu_flag_t flag) { return rte_cpu_get_flag_enabled(flag) == 1; };
  return has(RTE_CPUFLAG_AVX512F) ? 512 : has(RTE_CPUFLAG_AVX2) ? 256 : 128;
}

}  // namespace picket
