// SPDX-License-Identifier: Apache-2.0
#include "dataplane/io/capture_writer.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include "dataplane/io/capture_file.h"
#include "dataplane/io/capture_pcap.h"
#include "dataplane/io/capture_pcapng.h"

namespace picket {
namespace {

constexpr size_t kOutputBufferBytes = size_t{128} * 1024;
constexpr uint64_t kNsPerSecond = 1'000'000'000;
constexpr uint8_t kTsResolNs = 9;
constexpr uint32_t kSectionBytes = 28;
constexpr uint32_t kInterfaceBytes = 32;
constexpr uint32_t kPacketBytesWithoutFrame = 32;

struct CloseFile {
  void operator()(FILE* file) const { std::fclose(file); }
};

// The fixed part of a header or block, little-endian.
class Head {
 public:
  Head& Put16(uint16_t v) { return Put(v); }
  Head& Put32(uint32_t v) { return Put(v); }
  Head& Put64(uint64_t v) { return Put(v); }
  const uint8_t* data() const { return bytes_.data(); }
  size_t size() const { return size_; }

 private:
  template <typename T>
  Head& Put(T v) {
    assert(size_ + sizeof v <= bytes_.size());
    std::memcpy(bytes_.data() + size_, &v, sizeof v);
    size_ += sizeof v;
    return *this;
  }
  std::array<uint8_t, 48> bytes_{};
  size_t size_ = 0;
};

Head PcapHeader(const CaptureInterface& interface) {
  const uint32_t magic = interface.ticks_per_second == 1'000'000 ? kPcapMagicUs : kPcapMagicNs;
  Head head;
  head.Put32(magic).Put16(2).Put16(4).Put32(0).Put32(0).Put32(interface.snap_bytes).Put32(interface.link_type);
  return head;
}

Head SectionBlock() {
  Head head;
  head.Put32(kPcapngSectionBlock).Put32(kSectionBytes).Put32(kPcapngByteOrderMagic).Put16(1).Put16(0);
  head.Put64(UINT64_MAX).Put32(kSectionBytes);
  return head;
}

Head InterfaceBlock(const CaptureInterface& interface) {
  Head head;
  head.Put32(kPcapngInterfaceBlock).Put32(kInterfaceBytes);
  head.Put16(interface.link_type).Put16(0).Put32(interface.snap_bytes);
  head.Put16(kPcapngOptionTsResol).Put16(1).Put32(kTsResolNs);
  head.Put16(kPcapngOptionEnd).Put16(0).Put32(kInterfaceBytes);
  return head;
}

}  // namespace

struct CaptureWriter::State {
  void Emit(const void* data, size_t bytes);
  void Emit(const Head& head) { Emit(head.data(), head.size()); }
  void Fail(int error_number);
  void WritePcap(const CapturedPacket& packet);
  void WritePcapng(const CapturedPacket& packet, const std::vector<CaptureInterface>& interfaces);

  std::string path;
  std::vector<char> buffer = std::vector<char>(kOutputBufferBytes);  // outlives `file`
  std::unique_ptr<FILE, CloseFile> file;
  CaptureFormat format = CaptureFormat::kPcap;
  uint64_t pcap_ticks_per_second = 1'000'000;
  size_t described = 0;  // interfaces of a pcapng that have their block
  absl::Status failed;
};

void CaptureWriter::State::Fail(int error_number) {
  if (failed.ok())
    failed =
        absl::UnavailableError(path + ": " + std::strerror(error_number) + "; the file is incomplete, do not use it");
}

void CaptureWriter::State::Emit(const void* data, size_t bytes) {
  if (!failed.ok() || bytes == 0) return;
  errno = 0;
  if (std::fwrite(data, 1, bytes, file.get()) != bytes) Fail(errno);
}

void CaptureWriter::State::WritePcap(const CapturedPacket& packet) {
  assert(packet.interface == 0);
  const PacketView& frame = packet.view;
  const uint64_t ns_per_tick = kNsPerSecond / pcap_ticks_per_second;
  // A pcap ends in February 2106; what lies behind is written as its last instant.
  const uint64_t ns = std::min(packet.time.ns, UINT32_MAX * kNsPerSecond + kNsPerSecond - 1);
  Head head;
  head.Put32(static_cast<uint32_t>(ns / kNsPerSecond)).Put32(static_cast<uint32_t>(ns % kNsPerSecond / ns_per_tick));
  Emit(head.Put32(frame.bytes).Put32(frame.wire_bytes));
  Emit(frame.data, frame.bytes);
}

void CaptureWriter::State::WritePcapng(const CapturedPacket& packet, const std::vector<CaptureInterface>& interfaces) {
  assert(packet.interface < interfaces.size());
  for (; described < interfaces.size(); ++described) Emit(InterfaceBlock(interfaces[described]));
  const PacketView& frame = packet.view;
  const uint32_t padding = -frame.bytes & 3;
  const uint32_t block_bytes = kPacketBytesWithoutFrame + frame.bytes + padding;
  Head head;
  head.Put32(kPcapngEnhancedPacketBlock).Put32(block_bytes).Put32(packet.interface);
  head.Put32(static_cast<uint32_t>(packet.time.ns >> 32)).Put32(static_cast<uint32_t>(packet.time.ns));
  Emit(head.Put32(frame.bytes).Put32(frame.wire_bytes));
  Emit(frame.data, frame.bytes);
  constexpr std::array<uint8_t, 3> kZeros{};
  Emit(kZeros.data(), padding);
  Emit(Head().Put32(block_bytes));
}

CaptureWriter::CaptureWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}
CaptureWriter::~CaptureWriter() = default;

absl::StatusOr<std::unique_ptr<CaptureWriter>> CaptureWriter::Create(const std::string& path, CaptureFormat format,
                                                                     const CaptureInterface& first) {
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0666);
  if (fd < 0) return FileError(errno, path);
  auto state = std::make_unique<State>();
  state->path = path;
  state->file.reset(fdopen(fd, "wb"));
  if (!state->file) {
    const int error_number = errno;
    close(fd);
    return FileError(error_number, path);
  }
  std::setvbuf(state->file.get(), state->buffer.data(), _IOFBF, state->buffer.size());
  state->format = format;
  if (format == CaptureFormat::kPcap) {
    state->pcap_ticks_per_second = first.ticks_per_second == 1'000'000 ? 1'000'000 : kNsPerSecond;
    state->Emit(PcapHeader(first));
  } else {
    state->Emit(SectionBlock());
    state->Emit(InterfaceBlock(first));
    state->described = 1;
  }
  return std::unique_ptr<CaptureWriter>(new CaptureWriter(std::move(state)));
}

absl::Status CaptureWriter::Write(const CapturedPacket& packet, const std::vector<CaptureInterface>& interfaces) {
  assert(state_->file);
  if (state_->format == CaptureFormat::kPcap) {
    state_->WritePcap(packet);
  } else {
    state_->WritePcapng(packet, interfaces);
  }
  return state_->failed;
}

absl::Status CaptureWriter::Close() {
  assert(state_->file);
  errno = 0;
  if (std::fclose(state_->file.release()) != 0) state_->Fail(errno);
  return state_->failed;
}

}  // namespace picket
