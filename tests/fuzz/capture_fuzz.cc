// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <utility>
#include <vector>

#include "dataplane/io/capture_reader.h"
#include "dataplane/io/capture_time.h"
#include "dataplane/io/capture_writer.h"
#include "tests/support/capture_reading.h"

// Whatever the bytes are, every frame delivered is within the promised bounds, an error is final, and the frames come
// back unchanged when they are written and read again.
namespace {

using picket::CapturedPacket;
using picket::CaptureFormat;
using picket::CaptureReader;
using picket::CaptureWriter;
using picket::Tick;
using picket::test::MemoryFile;
using picket::test::ReadAll;
using picket::test::ReadCapture;
using picket::test::ReadFrame;

// What a gzip input may unfold to, so that one input stays short.
constexpr size_t kUnfoldedBytesMax = size_t{8} << 20;
constexpr size_t kFrameCostBytes = 64;
constexpr uint64_t kPcapEndNs = 4'294'967'295'999'999'999;

void Require(bool holds) {
  if (!holds) std::abort();
}

void RequireBounds(const CapturedPacket& packet, size_t interfaces) {
  Require(packet.view.data != nullptr);
  Require(packet.view.bytes <= picket::kCaptureFrameBytesMax);
  Require(packet.view.wire_bytes >= packet.view.bytes);
  Require(packet.interface < interfaces && interfaces <= picket::kCaptureInterfacesMax);
  Require(packet.time <= picket::kCaptureTimeMax);
}

void RequireFinal(CaptureReader& reader, const absl::StatusOr<bool>& last) {
  CapturedPacket packet;
  const absl::StatusOr<bool> again = reader.Next(packet);
  Require(again.status() == last.status());
  if (last.ok()) {
    Require(!*again);
  } else {
    const absl::StatusCode code = last.status().code();
    Require(code == absl::StatusCode::kDataLoss || code == absl::StatusCode::kInvalidArgument);
    Require(last.status().message().find("input: byte ") == 0);
  }
}

// A pcap keeps its own resolution, so only times behind its end change.
void RequireSame(std::vector<ReadFrame> read, const ReadCapture& written, CaptureFormat format) {
  Require(written.error.ok() && written.format == format);
  if (format == CaptureFormat::kPcap) {
    for (ReadFrame& frame : read) {
      const uint64_t tick_ns = 1'000'000'000 / written.interfaces.at(0).ticks_per_second;
      frame.ns = std::min(frame.ns, kPcapEndNs / tick_ns * tick_ns);
    }
  }
  Require(written.frames == read);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t bytes) {
  auto reader = CaptureReader::OpenMemory(data, bytes, "input");
  if (!reader.ok()) {
    Require(reader.status().code() == absl::StatusCode::kInvalidArgument);
    return 0;
  }
  static const MemoryFile file;
  const auto& interfaces = (*reader)->interfaces();
  const picket::CaptureInterface first = interfaces.empty() ? picket::CaptureInterface{} : interfaces.front();
  auto writer = CaptureWriter::Create(file.path(), (*reader)->format(), first);
  Require(writer.ok());
  std::vector<ReadFrame> frames;
  CapturedPacket packet;
  absl::StatusOr<bool> more = (*reader)->Next(packet);
  size_t unfolded = 0;
  for (; more.ok() && *more && unfolded < kUnfoldedBytesMax; more = (*reader)->Next(packet)) {
    unfolded += packet.view.bytes + kFrameCostBytes;
    RequireBounds(packet, interfaces.size());
    Require((*writer)->Write(packet, interfaces).ok());
    frames.push_back(picket::test::Copy(packet));
  }
  if (unfolded < kUnfoldedBytesMax) RequireFinal(**reader, more);
  Require((*writer)->Close().ok());
  RequireSame(std::move(frames), ReadAll(CaptureReader::Open(file.path())), (*reader)->format());
  return 0;
}
