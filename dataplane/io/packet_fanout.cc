// SPDX-License-Identifier: Apache-2.0
// net_af_packet of DPDK 22.11 asks the kernel to put IPv4 fragments together before they are received (the fanout flag
// PACKET_FANOUT_FLAG_DEFRAG), and offers no argument against it. A bump in the wire must forward fragments as they
// came, and judge them. So this setsockopt stands before libc's and takes the flag away; the driver is loaded at run
// time and finds it because the executable exports it. source  packet(7), rte_eth_af_packet.c
#include <linux/if_packet.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstring>

extern "C" [[gnu::visibility("default")]] int setsockopt(int socket, int level, int option, const void* value,
                                                         socklen_t bytes) noexcept {
  int fanout = 0;
  if (level == SOL_PACKET && option == PACKET_FANOUT && bytes == sizeof fanout) {
    std::memcpy(&fanout, value, sizeof fanout);
    fanout &= ~(PACKET_FANOUT_FLAG_DEFRAG << 16);
    value = &fanout;
  }
  return static_cast<int>(syscall(SYS_setsockopt, socket, level, option, value, bytes));
}
