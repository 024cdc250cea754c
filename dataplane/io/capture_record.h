// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <vector>

#include "dataplane/io/capture_reader.h"
#include "dataplane/tick.h"

namespace picket {

// One packet record of either format, before its link type is looked at.
//   shapes  the frame is the first `captured_bytes` (<= kCaptureFrameBytesMax) of `bytes`, which never shrinks
struct CaptureRecord {
  uint64_t offset = 0;  // of the record in the capture
  uint32_t interface = 0;
  Tick time;
  uint32_t captured_bytes = 0;
  uint32_t original_bytes = 0;  // as stated, even if smaller than `captured_bytes`
  std::vector<uint8_t> bytes = std::vector<uint8_t>(2048);

  uint8_t* Room(uint32_t frame_bytes) {
    if (bytes.size() < frame_bytes) bytes.resize(frame_bytes);
    return bytes.data();
  }
};

}  // namespace picket
