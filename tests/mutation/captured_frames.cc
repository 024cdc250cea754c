// SPDX-License-Identifier: Apache-2.0
#include "tests/mutation/captured_frames.h"

#include <algorithm>
#include <filesystem>

#include "dataplane/io/capture_reader.h"

namespace picket {
namespace {

bool IsCapture(const std::string& name) {
  return name.find(".pcap") != std::string::npos;  // also .pcapng, .pcap.gz
}

Frame FrameOf(const PacketView& view) {
  const size_t bytes = std::min<size_t>(view.bytes, kFrameBytesMax);
  return {Bytes(view.data, view.data + bytes), view.link_layer, view.wire_bytes};
}

// A uniform sample of a capture's frames (algorithm R); false if it is no capture that can be read to its end.
bool Sample(const std::filesystem::path& path, size_t count, Rng& rng, std::vector<Origin>& sample) {
  auto reader = CaptureReader::Open(path.string());
  if (!reader.ok()) return false;
  CapturedPacket packet;
  absl::StatusOr<bool> more = (*reader)->Next(packet);
  for (uint64_t seen = 1; more.ok() && *more; ++seen, more = (*reader)->Next(packet)) {
    Origin origin{path.filename().string(), FrameOf(packet.view)};
    if (sample.size() < count) {
      sample.push_back(std::move(origin));
    } else if (const uint64_t at = Pick(rng, seen); at < count) {
      sample[at] = std::move(origin);
    }
  }
  return more.ok();
}

}  // namespace

std::vector<Origin> CapturedFrames(const std::string& directory, size_t per_capture, Rng& rng,
                                   std::vector<std::string>* unreadable) {
  std::vector<std::filesystem::path> paths;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(directory, error)) {
    if (entry.is_regular_file() && IsCapture(entry.path().filename().string())) paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  std::vector<Origin> origins;
  for (const std::filesystem::path& path : paths) {
    std::vector<Origin> sample;
    if (!Sample(path, per_capture, rng, sample)) unreadable->push_back(path.filename().string());
    std::move(sample.begin(), sample.end(), std::back_inserter(origins));
  }
  return origins;
}

}  // namespace picket
