// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "dataplane/io/capture_endian.h"
#include "dataplane/io/capture_reader.h"
#include "dataplane/io/capture_record.h"
#include "dataplane/io/capture_stream.h"

namespace picket {

inline constexpr uint32_t kPcapMagicUs = 0xa1b2'c3d4;
inline constexpr uint32_t kPcapMagicNs = 0xa1b2'3c4d;

// Classic pcap. A fraction of a second outside its range is carried into the seconds; with its top bit set it is
// negative.
//   source  draft-ietf-opsawg-pcap
class PcapParser {
 public:
  // Whether the first four bytes of a file are a pcap's, also one of the variants that ReadHeader refuses.
  static bool Recognizes(const uint8_t* magic);
  // The 20 bytes that follow `magic`.
  // errors  kInvalidArgument  Kuznetzov's modified format, or a version other than 2.4; those of CaptureStream
  absl::Status ReadHeader(CaptureStream& stream, const uint8_t* magic);
  // False at the end.
  // errors  kInvalidArgument  more bytes captured than kCaptureFrameBytesMax; those of CaptureStream
  absl::StatusOr<bool> Next(CaptureStream& stream, CaptureRecord& record) const;

  // Exactly one.
  const std::vector<CaptureInterface>& interfaces() const { return interfaces_; }

 private:
  ByteOrder order_ = ByteOrder::kLittle;
  std::vector<CaptureInterface> interfaces_ = std::vector<CaptureInterface>(1);
};

}  // namespace picket
