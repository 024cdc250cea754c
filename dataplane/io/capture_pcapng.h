// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "dataplane/io/capture_endian.h"
#include "dataplane/io/capture_reader.h"
#include "dataplane/io/capture_record.h"
#include "dataplane/io/capture_stream.h"

namespace picket {

inline constexpr uint32_t kPcapngSectionBlock = 0x0a0d'0d0a;
inline constexpr uint32_t kPcapngInterfaceBlock = 1;
inline constexpr uint32_t kPcapngObsoletePacketBlock = 2;
inline constexpr uint32_t kPcapngSimplePacketBlock = 3;
inline constexpr uint32_t kPcapngEnhancedPacketBlock = 6;
inline constexpr uint32_t kPcapngByteOrderMagic = 0x1a2b'3c4d;
inline constexpr uint16_t kPcapngOptionEnd = 0;
inline constexpr uint16_t kPcapngOptionTsResol = 9;
inline constexpr uint16_t kPcapngOptionTsOffset = 14;
inline constexpr uint32_t kPcapngBlockBytesMax = 16 * 1024 * 1024;

// The blocks of a pcapng, one at a time. Blocks that carry no packet and describe no interface are skipped.
//   source  draft-ietf-opsawg-pcapng; the obsolete packet block: its appendix A
//   errors  kInvalidArgument  a length that is no multiple of 4, too small or over kPcapngBlockBytesMax, contents that
//           pass the end of their block, a packet of an interface not described, more than kCaptureInterfacesMax
//           interfaces, a time resolution that does not fit 64 bits; those of CaptureStream
class PcapngParser {
 public:
  enum class Step : uint8_t { kEnd, kOther, kPacket };

  static bool Recognizes(const uint8_t* magic) { return Load32(magic, ByteOrder::kLittle) == kPcapngSectionBlock; }
  // The rest of the first block, whose type was read to recognize the format.
  absl::Status ReadFirstSection(CaptureStream& stream) { return ReadSection(stream); }
  // The next block. A packet without a timestamp keeps `record.time`, the time of the packet before.
  absl::StatusOr<Step> Next(CaptureStream& stream, CaptureRecord& record);

  const std::vector<CaptureInterface>& interfaces() const { return interfaces_; }

 private:
  absl::Status ReadSection(CaptureStream& stream);
  absl::StatusOr<Step> ReadBlock(CaptureStream& stream, uint32_t type, CaptureRecord& record);
  absl::Status ReadInterface(CaptureStream& stream);
  // Both read into the interface described last.
  absl::Status ReadInterfaceOptions(CaptureStream& stream);
  absl::Status ReadInterfaceOption(CaptureStream& stream, uint16_t code, uint16_t bytes);
  absl::Status ReadPacket(CaptureStream& stream, uint32_t type, CaptureRecord& record);
  absl::Status ReadSimplePacket(CaptureStream& stream, CaptureRecord& record);
  absl::Status ReadFrame(CaptureStream& stream, CaptureRecord& record);
  absl::Status FindInterface(const CaptureStream& stream, uint32_t id, CaptureRecord& record) const;

  absl::Status BeginBlock(const CaptureStream& stream, uint32_t length, uint32_t read);
  absl::Status ReadBody(CaptureStream& stream, uint8_t* to, uint32_t bytes);
  absl::Status EndBlock(CaptureStream& stream);

  ByteOrder order_ = ByteOrder::kLittle;
  uint32_t block_bytes_ = 0;  // as its head states
  uint32_t body_left_ = 0;    // not read yet, without the length that ends the block
  std::vector<CaptureInterface> interfaces_;
  std::vector<int64_t> offsets_s_;  // if_tsoffset of each interface
  size_t section_first_ = 0;        // index of the current section's interface 0
};

}  // namespace picket
