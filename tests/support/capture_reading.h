// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "dataplane/io/capture_reader.h"
#include "tests/support/capture_bytes.h"

namespace picket::test {

// A file in memory with a path, gone with the object.
class MemoryFile {
 public:
  explicit MemoryFile(const Bytes& content = {}) : fd_(memfd_create("test", MFD_CLOEXEC)) {
    const ssize_t written = pwrite(fd_, content.data(), content.size(), 0);
    valid_ = written == static_cast<ssize_t>(content.size());
  }
  ~MemoryFile() { close(fd_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  bool valid() const { return valid_; }
  std::string path() const { return "/proc/self/fd/" + std::to_string(fd_); }
  Bytes Content() const {
    Bytes content(static_cast<size_t>(lseek(fd_, 0, SEEK_END)));
    content.resize(static_cast<size_t>(std::max<ssize_t>(pread(fd_, content.data(), content.size(), 0), 0)));
    return content;
  }

 private:
  int fd_;
  bool valid_ = false;
};

// One frame as the reader delivered it, with bytes of its own.
struct ReadFrame {
  Bytes frame;
  uint32_t wire_bytes = 0;
  uint64_t ns = 0;
  uint32_t interface = 0;
  LinkLayer layer = LinkLayer::kEthernet;
  friend bool operator==(const ReadFrame&, const ReadFrame&) = default;
};

inline ReadFrame Copy(const CapturedPacket& packet) {
  const PacketView& view = packet.view;
  return {Bytes(view.data, view.data + view.bytes), view.wire_bytes, packet.time.ns, packet.interface, view.link_layer};
}

// A whole capture, or as much of it as was delivered before `error`.
struct ReadCapture {
  absl::Status error;
  CaptureFormat format = CaptureFormat::kPcap;
  std::vector<CaptureInterface> interfaces;
  std::vector<ReadFrame> frames;
};

inline ReadCapture ReadAll(absl::StatusOr<std::unique_ptr<CaptureReader>> reader) {
  ReadCapture all;
  all.error = reader.status();
  if (!reader.ok()) return all;
  CapturedPacket packet;
  while (true) {
    const absl::StatusOr<bool> more = (*reader)->Next(packet);
    all.error = more.status();
    if (!more.ok() || !*more) break;
    all.frames.push_back(Copy(packet));
  }
  all.format = (*reader)->format();
  all.interfaces = (*reader)->interfaces();
  return all;
}

inline ReadCapture ReadAll(const Bytes& bytes) {
  return ReadAll(CaptureReader::OpenMemory(bytes.data(), bytes.size(), "test.pcap"));
}

// Whether the message names the capture, the byte and `what`.
inline bool Says(const absl::Status& status, uint64_t byte, std::string_view what) {
  const std::string message(status.message());
  return message.find("test.pcap: byte " + std::to_string(byte) + ": ") == 0 && message.find(what) != std::string::npos;
}

}  // namespace picket::test
