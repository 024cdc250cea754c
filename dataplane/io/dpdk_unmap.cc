// SPDX-License-Identifier: Apache-2.0
#include "dataplane/io/dpdk_unmap.h"

#include <pthread.h>
#include <rte_alarm.h>
#include <rte_ethdev.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cassert>
#include <semaphore>

namespace picket {
namespace {

constexpr uint64_t kIdle = UINT64_MAX;
struct alignas(64) Slot {
  std::atomic<uint64_t> turns{kIdle};
};
std::array<Slot, kPollersMax> slots;
thread_local bool polls = false;

// Two turns: the one it is in, and the one that it may have begun before it could see what was unmapped for.
constexpr uint64_t kTurns = 2;

std::atomic<uint64_t>& FreeSlot() {
  for (Slot& slot : slots) {
    uint64_t idle = kIdle;
    if (slot.turns.compare_exchange_strong(idle, 0)) return slot.turns;
  }
  assert(false);
  return slots[0].turns;
}

// The thread that hears from memif peers. Others must not wait here: librte_vhost unmaps in a thread of its own, with
// queues locked that a poller may be spinning for in the very turn it would have to end.
bool IsInterruptThread() {
  thread_local const bool is = [] {
    std::array<char, 16> name{};
    return pthread_getname_np(pthread_self(), name.data(), name.size()) == 0 &&
           std::string_view(name.data()) == "eal-intr-thread";
  }();
  return is;
}

struct Closing {
  uint16_t port;
  std::binary_semaphore done{0};
};

void StopAndClose(uint16_t port) {
  rte_eth_dev_stop(port);
  rte_eth_dev_close(port);
}

void CloseAndTell(void* argument) {
  Closing& closing = *static_cast<Closing*>(argument);
  StopAndClose(closing.port);
  closing.done.release();
}

}  // namespace

Poller::Poller() : turns_(FreeSlot()) { polls = true; }

Poller::~Poller() {
  polls = false;
  turns_.store(kIdle);
}

void ClosePort(uint16_t port, std::string_view driver) {
  Closing closing{.port = port};
  if (driver == "net_memif" && rte_eal_alarm_set(1, CloseAndTell, &closing) == 0) {
    closing.done.acquire();
  } else {
    StopAndClose(port);
  }
}

void WaitForPollers() {
  if (polls) return;
  for (const Slot& slot : slots) {
    const uint64_t begin = slot.turns.load();
    for (uint64_t now = begin; now != kIdle && now - begin < kTurns; now = slot.turns.load()) sched_yield();
  }
}

}  // namespace picket

// NOLINTNEXTLINE(readability-identifier-naming)
extern "C" int munmap(void* address, size_t bytes) noexcept {
  if (picket::IsInterruptThread()) picket::WaitForPollers();
  return static_cast<int>(syscall(SYS_munmap, address, bytes));
}
