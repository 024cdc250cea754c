// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace picket::peer {

inline constexpr uint32_t kFrameBytesMax = 9'216;

enum class Command : uint8_t { kExchange, kRate, kHold };

// Which way frames go: `in` from the first device (outside) to the second (inside), `out` the other way round. With one
// device everything goes out on it and comes back on it.
enum class Flow : uint8_t { kIn, kOut, kBoth };

// What the command line says.
//   units   frame lengths in bytes without the frame check sequence; rate in packets per second, 0: as fast as it goes
//   shapes  devices are one or two DPDK device strings; lengths are never empty, each at most kFrameBytesMax
struct Options {
  Command command = Command::kExchange;
  // Environment.
  std::vector<std::string> devices;
  uint32_t core = 0;
  bool hugepages = false;
  uint32_t memory_mib = 256;
  uint32_t mbufs = 8'192;
  uint32_t room_bytes = 2'048;
  uint32_t mtu = 0;  // 0: what fits the longest frame, or the device's own largest
  uint32_t simd_bits = 512;
  std::string file_prefix;
  uint32_t link_wait_s = 10;
  // Traffic.
  Flow flow = Flow::kBoth;
  std::vector<uint32_t> lengths;
  bool random = false;
  bool untagged = false;  // random frames are no VLAN frames
  uint32_t segment_bytes = 2'048;
  uint64_t seed = 1;
  uint64_t send = 1'000;
  uint64_t expect = UINT64_MAX;  // default: as many as are sent
  uint32_t window = 128;
  double rate = 0;
  double seconds = 5;
  uint32_t burst = 32;
  uint32_t settle_ms = 500;
  double deadline_s = 20;
  double receive_after_s = 0;  // until then what arrives stays in the devices
};

// Reads the command line. Prints help or what is wrong and ends the program then.
Options ReadOptions(int argc, char** argv);

}  // namespace picket::peer
