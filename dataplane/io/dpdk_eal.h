// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"

// DPDK's environment: memory and worker threads. Once per process, before any device is opened. It ends with the
// process: rte_eal_cleanup of 22.11 unmaps memory that DPDK's interrupt thread goes on reading, which dies of a peer
// that leaves in that moment.
namespace picket {

// What the environment is started with.
//   memory_mib    what pools and rings will need, see MemoryMibFor
//   control_cpus  where the main thread and those it starts may run; not empty
//   worker_cpus   the CPU of each worker, in order: worker i becomes lcore i + 1. Workers may share a CPU
//   pci_devices   those of all devices that are PCI addresses; without any the PCI bus is not looked at
struct EalOptions {
  bool huge_pages = true;
  uint32_t memory_mib = 64;
  std::vector<uint32_t> control_cpus;
  std::vector<uint32_t> worker_cpus;
  std::vector<std::string> pci_devices;
};
inline constexpr size_t kEalWorkersMax = 127;  // RTE_MAX_LCORE less the main one

// Starts the environment; the calling thread becomes the main lcore, bound to control_cpus.
//   errors  FAILED_PRECONDITION, with the command that mends it: too few free huge pages, no permission, no such CPU;
//           INTERNAL with DPDK's own last words
absl::Status StartEal(const EalOptions& options);

// Runs `work(argument)` on lcore `worker` + 1 of StartEal. errors  INTERNAL when it is busy
absl::Status StartWorker(size_t worker, int (*work)(void*), void* argument);
// Waits until the worker has returned.
void JoinWorker(size_t worker);

// Free memory in huge pages of every size.
//   units   MiB
uint64_t FreeHugePagesMib();
// How wide vectors DPDK's drivers may use here.
//   units   bits
uint32_t SimdBits();

// The last lines that DPDK logged, for messages; cleared by the call.
std::string TakeDpdkLog();

}  // namespace picket
