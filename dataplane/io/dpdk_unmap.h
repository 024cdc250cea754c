// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <cstdint>
#include <string_view>

// Keeps memory that drivers share with a peer mapped until no worker can be reading it any more.
//
// When a memif peer goes away, DPDK 22.11 marks the port as not connected and then unmaps the rings, in its interrupt
// thread and at once (drivers/net/memif, memif_disconnect, memif_free_regions), while a worker may be in the middle of
// a burst: the process dies. So this process has a munmap of its own, which shared libraries find before libc's. It
// first waits, in the interrupt thread only, until each polling worker has ended the turn it is in; the next one finds
// the port not connected.
namespace picket {

// While it lives, the calling thread polls ports. At most kPollersMax at once.
class Poller {
 public:
  Poller();
  ~Poller();
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;

  // Nothing that a driver gave is used any more.
  void EndTurn() { turns_.store(turns_.load(std::memory_order_relaxed) + 1, std::memory_order_release); }

 private:
  std::atomic<uint64_t>& turns_;
};
inline constexpr uint32_t kPollersMax = 128;

// Stops and closes a port that nobody polls any more. One of net_memif is closed by DPDK's interrupt thread: that
// thread may be hearing from the port's peer, and 22.11 frees what it is looking at when another thread closes the
// port.
void ClosePort(uint16_t port, std::string_view driver);

// Returns once every poller has ended the turn it was in, or ended for good. At once when the caller is a poller.
void WaitForPollers();

}  // namespace picket
