// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "dataplane/io/capture_reader.h"

namespace picket {

// Writes frames as the reader delivered them, in the format they came in: a pcap for a pcap (same link type, snap
// length and timestamp resolution; nanosecond magic where needed), a pcapng for a pcapng (its interfaces, nanosecond
// timestamps). The bytes are written to the path as they come; a file that already exists is replaced.
class CaptureWriter {
 public:
  // errors  kPermissionDenied, kNotFound, kUnavailable  the file cannot be created; the message names it and the cause
  static absl::StatusOr<std::unique_ptr<CaptureWriter>> Create(const std::string& path, CaptureFormat format,
                                                               const CaptureInterface& first);
  ~CaptureWriter();
  CaptureWriter(const CaptureWriter&) = delete;
  CaptureWriter& operator=(const CaptureWriter&) = delete;

  // Appends one frame of `interfaces[packet.interface]`; interfaces not yet described are described first.
  absl::Status Write(const CapturedPacket& packet, const std::vector<CaptureInterface>& interfaces);
  // Flushes and closes; no Write may follow.
  // errors  kUnavailable  the device is full or failed; the file is incomplete and the message says so
  absl::Status Close();

 private:
  struct State;
  explicit CaptureWriter(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace picket
