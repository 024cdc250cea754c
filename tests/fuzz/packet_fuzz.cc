// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "tests/support/pipeline_check.h"

// Whatever frames come in whatever order, no read past a frame and every check of tests/support/pipeline_check.h holds.
// An input is one byte that chooses the pipeline, then frames, each behind a byte of what it is and a byte of length:
//   what    bits 0-2 the link layer, bit 3 the frame was 64 bytes longer on the wire, bits 4-7 all set: ten seconds
//           pass before it
//   length  up to 255 bytes; the last frame is what is left
namespace {

constexpr uint8_t kCutByCapture = 0x08;
constexpr uint8_t kLinkLayerBits = 0x07;
constexpr uint8_t kLinkLayers = 5;
constexpr uint8_t kTimePasses = 0xf0;

struct Input {
  const uint8_t* at;
  size_t left;

  uint8_t Next() {
    --left;
    return *at++;
  }
};

picket::Frame TakeFrame(uint8_t what, Input& input) {
  const size_t bytes = std::min<size_t>(input.Next(), input.left);
  const auto link_layer = static_cast<picket::LinkLayer>((what & kLinkLayerBits) % kLinkLayers);
  picket::Frame frame(picket::Bytes(input.at, input.at + bytes), link_layer);
  if ((what & kCutByCapture) != 0) frame.wire_bytes = static_cast<uint32_t>(bytes) + 64;
  input.at += bytes;
  input.left -= bytes;
  return frame;
}

void Judge(std::vector<picket::Frame>& frames, picket::CheckedPipeline& pipeline, picket::Tick now) {
  const std::string flaw = CheckPipeline(frames, pipeline, now);
  if (!flaw.empty()) {
    std::fprintf(stderr, "%s\n", flaw.c_str());
    std::abort();
  }
  frames.clear();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t bytes) {
  if (bytes == 0) return 0;
  static const std::vector<picket::CheckedPipeline> pipelines = picket::CheckedPipelines(1);
  Input input{data, bytes};
  picket::CheckedPipeline pipeline = pipelines[input.Next() % pipelines.size()];
  picket::Tick now = picket::Tick::FromMs(1);
  std::vector<picket::Frame> frames;
  while (input.left >= 2) {
    const uint8_t what = input.Next();
    const bool passes = (what & kTimePasses) == kTimePasses;
    if (passes || frames.size() == picket::kBatchMax) {
      Judge(frames, pipeline, now);
      now = now + picket::Duration::FromSeconds(passes ? 10 : 0);
    }
    frames.push_back(TakeFrame(what, input));
  }
  Judge(frames, pipeline, now);
  return 0;
}
