// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "dataplane/packet_view.h"
#include "dataplane/tick.h"

namespace picket {

class CaptureStream;

enum class CaptureFormat : uint8_t { kPcap, kPcapng };

// How a capture describes one interface; classic pcap has exactly one.
//   link_type           LINKTYPE_ value (https://www.tcpdump.org/linktypes.html)
//   snap_bytes          longest frame kept; 0: no limit
//   ticks_per_second    resolution of its timestamps
struct CaptureInterface {
  uint16_t link_type = 1;
  uint32_t snap_bytes = 0;
  uint64_t ticks_per_second = 1'000'000;
};

// One captured frame. `view.data` points into the reader and is valid until the next call of Next().
struct CapturedPacket {
  PacketView view;
  Tick time;               // capture clock, nanoseconds since 1970, rounded down; at most INT64_MAX
  uint32_t interface = 0;  // index into interfaces()
};

inline constexpr uint32_t kCaptureFrameBytesMax = 262'144;
inline constexpr uint32_t kCaptureInterfacesMax = 1024;

// Reads pcap (all four magic numbers, both byte orders) and pcapng captures, gzip-compressed or not, front to back
// with bounded memory.
//   source  pcap: draft-ietf-opsawg-pcap; pcapng: draft-ietf-opsawg-pcapng; link types: tcpdump.org/linktypes.html
//   Link types: Ethernet (1), raw IP (12, 14, 101, 228, 229), Linux cooked v1 and v2 (113, 276), BSD loopback
//   (0, 108). A pcapng may describe interfaces of other link types as long as no packet of theirs comes.
class CaptureReader {
 public:
  // `path` "-" is standard input. A FIFO is given up when nothing was written for 10 s.
  // errors  kNotFound, kPermissionDenied, kUnavailable  the file cannot be opened or read
  //         kInvalidArgument  no capture, or a link type that cannot be judged; the message names the file and place
  static absl::StatusOr<std::unique_ptr<CaptureReader>> Open(const std::string& path);
  // The same over bytes in memory, for tests; `bytes` must outlive the reader. `name` stands for the path in messages.
  static absl::StatusOr<std::unique_ptr<CaptureReader>> OpenMemory(const uint8_t* data, size_t bytes, std::string name);
  ~CaptureReader();
  CaptureReader(const CaptureReader&) = delete;
  CaptureReader& operator=(const CaptureReader&) = delete;

  // The next frame into `packet`; false at the end of the capture.
  // errors  kDataLoss  the capture ends inside a record (everything before was delivered)
  //         kInvalidArgument  a record contradicts the format or its gzip data is corrupt
  //         kUnavailable  the file cannot be read further
  //         The message has the byte offset (of decompressed bytes). No further frames follow: every later call
  //         returns the same error.
  absl::StatusOr<bool> Next(CapturedPacket& packet);

  CaptureFormat format() const;
  // Grows while a pcapng is read. Empty only for a pcapng that describes none.
  const std::vector<CaptureInterface>& interfaces() const;

 private:
  struct State;
  explicit CaptureReader(std::unique_ptr<State> state);
  static absl::StatusOr<std::unique_ptr<CaptureReader>> Of(absl::StatusOr<CaptureStream> stream);
  std::unique_ptr<State> state_;
};

}  // namespace picket
