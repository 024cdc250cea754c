// SPDX-License-Identifier: Apache-2.0
#include "dataplane/io/capture_pcapng.h"

#include <algorithm>
#include <array>
#include <optional>

#include "absl/strings/str_format.h"
#include "dataplane/io/capture_time.h"

namespace picket {
namespace {

constexpr uint32_t kTypeBytes = 4;
constexpr uint32_t kLengthBytes = 4;
constexpr uint32_t kSectionHeadBytes = 8;  // length, byte-order magic
constexpr uint32_t kPacketHeadBytes = 20;

constexpr uint32_t Padded(uint32_t bytes) { return (bytes + 3) & ~uint32_t{3}; }

}  // namespace

absl::Status PcapngParser::BeginBlock(const CaptureStream& stream, uint32_t length, uint32_t read) {
  if (length % 4 != 0 || length < read + kLengthBytes || length > kPcapngBlockBytesMax) {
    return stream.Malformed(stream.record_offset(),
                            absl::StrFormat("a block of %d bytes; a multiple of 4 from %d to %d is possible", length,
                                            read + kLengthBytes, kPcapngBlockBytesMax));
  }
  block_bytes_ = length;
  body_left_ = length - read - kLengthBytes;
  return absl::OkStatus();
}

absl::Status PcapngParser::ReadBody(CaptureStream& stream, uint8_t* to, uint32_t bytes) {
  if (bytes > body_left_) {
    return stream.Malformed(stream.record_offset(),
                            absl::StrFormat("a block of %d bytes is too short for its contents", block_bytes_));
  }
  body_left_ -= bytes;
  return stream.ReadExactly(to, bytes);
}

absl::Status PcapngParser::EndBlock(CaptureStream& stream) {
  if (absl::Status skipped = stream.Skip(body_left_); !skipped.ok()) return skipped;
  const uint64_t at = stream.offset();
  std::array<uint8_t, kLengthBytes> length;
  if (absl::Status read = stream.ReadExactly(length.data(), length.size()); !read.ok()) return read;
  if (Load32(length.data(), order_) == block_bytes_) return absl::OkStatus();
  return stream.Malformed(at, absl::StrFormat("the block that begins at byte %d has length %d in front and %d behind",
                                              stream.record_offset(), block_bytes_, Load32(length.data(), order_)));
}

absl::Status PcapngParser::ReadSection(CaptureStream& stream) {
  std::array<uint8_t, kSectionHeadBytes> head;
  if (absl::Status read = stream.ReadExactly(head.data(), head.size()); !read.ok()) return read;
  order_ = Load32(head.data() + 4, ByteOrder::kLittle) == kPcapngByteOrderMagic ? ByteOrder::kLittle : ByteOrder::kBig;
  if (Load32(head.data() + 4, order_) != kPcapngByteOrderMagic)
    return stream.Malformed(stream.record_offset() + 8, "a section header without byte-order magic");
  if (absl::Status begun = BeginBlock(stream, Load32(head.data(), order_), kTypeBytes + kSectionHeadBytes); !begun.ok())
    return begun;
  std::array<uint8_t, 12> body;  // version, section length
  if (absl::Status read = ReadBody(stream, body.data(), body.size()); !read.ok()) return read;
  const uint16_t major = Load16(body.data(), order_);
  if (major != 1) {
    return stream.Malformed(stream.record_offset() + 12, absl::StrFormat("pcapng version %d.%d, only 1.x is read",
                                                                         major, Load16(body.data() + 2, order_)));
  }
  section_first_ = interfaces_.size();
  return EndBlock(stream);
}

absl::StatusOr<PcapngParser::Step> PcapngParser::Next(CaptureStream& stream, CaptureRecord& record) {
  stream.BeginRecord();
  std::array<uint8_t, kTypeBytes> head;
  const absl::StatusOr<bool> read = stream.ReadUnlessEnd(head.data(), head.size());
  if (!read.ok()) return read.status();
  if (!*read) return Step::kEnd;
  const uint32_t type = Load32(head.data(), order_);
  if (type != kPcapngSectionBlock) return ReadBlock(stream, type, record);
  if (absl::Status section = ReadSection(stream); !section.ok()) return section;
  return Step::kOther;
}

absl::StatusOr<PcapngParser::Step> PcapngParser::ReadBlock(CaptureStream& stream, uint32_t type,
                                                           CaptureRecord& record) {
  std::array<uint8_t, kLengthBytes> length;
  if (absl::Status read = stream.ReadExactly(length.data(), length.size()); !read.ok()) return read;
  absl::Status status = BeginBlock(stream, Load32(length.data(), order_), kTypeBytes + kLengthBytes);
  if (!status.ok()) return status;
  Step step = Step::kPacket;
  if (type == kPcapngEnhancedPacketBlock || type == kPcapngObsoletePacketBlock) {
    status = ReadPacket(stream, type, record);
  } else if (type == kPcapngSimplePacketBlock) {
    status = ReadSimplePacket(stream, record);
  } else {
    step = Step::kOther;
    if (type == kPcapngInterfaceBlock) status = ReadInterface(stream);
  }
  if (status.ok()) status = EndBlock(stream);
  if (!status.ok()) return status;
  return step;
}

absl::Status PcapngParser::ReadInterface(CaptureStream& stream) {
  if (interfaces_.size() >= kCaptureInterfacesMax) {
    return stream.Malformed(stream.record_offset(),
                            absl::StrFormat("more than %d interfaces; split the capture", kCaptureInterfacesMax));
  }
  std::array<uint8_t, 8> body;  // link type, reserved, snap length
  if (absl::Status read = ReadBody(stream, body.data(), body.size()); !read.ok()) return read;
  interfaces_.push_back({Load16(body.data(), order_), Load32(body.data() + 4, order_), 1'000'000});
  offsets_s_.push_back(0);
  return ReadInterfaceOptions(stream);
}

absl::Status PcapngParser::ReadInterfaceOptions(CaptureStream& stream) {
  while (body_left_ >= 4) {
    std::array<uint8_t, 4> head;
    if (absl::Status read = ReadBody(stream, head.data(), head.size()); !read.ok()) return read;
    const uint16_t code = Load16(head.data(), order_);
    if (code == kPcapngOptionEnd) break;
    const uint16_t bytes = Load16(head.data() + 2, order_);
    if (absl::Status option = ReadInterfaceOption(stream, code, bytes); !option.ok()) return option;
  }
  return absl::OkStatus();
}

absl::Status PcapngParser::ReadInterfaceOption(CaptureStream& stream, uint16_t code, uint16_t bytes) {
  const uint64_t at = stream.offset() - 4;
  if (Padded(bytes) > body_left_)
    return stream.Malformed(at, absl::StrFormat("option %d of %d bytes passes the end of its block", code, bytes));
  const bool known = code == kPcapngOptionTsResol || code == kPcapngOptionTsOffset;
  if (!known) {
    body_left_ -= Padded(bytes);
    return stream.Skip(Padded(bytes));
  }
  if (bytes != (code == kPcapngOptionTsResol ? 1 : 8))
    return stream.Malformed(at, absl::StrFormat("timestamp option %d of %d bytes", code, bytes));
  std::array<uint8_t, 8> value;
  if (absl::Status read = ReadBody(stream, value.data(), Padded(bytes)); !read.ok()) return read;
  if (code == kPcapngOptionTsOffset) {
    offsets_s_.back() = static_cast<int64_t>(Load64(value.data(), order_));
    return absl::OkStatus();
  }
  const std::optional<uint64_t> ticks_per_second = TicksPerSecond(value[0]);
  if (!ticks_per_second)
    return stream.Malformed(at + 4, absl::StrFormat("a time resolution of 0x%02x is too fine to be read", value[0]));
  interfaces_.back().ticks_per_second = *ticks_per_second;
  return absl::OkStatus();
}

absl::Status PcapngParser::FindInterface(const CaptureStream& stream, uint32_t id, CaptureRecord& record) const {
  const size_t described = interfaces_.size() - section_first_;
  if (id >= described) {
    return stream.Malformed(
        stream.record_offset(),
        absl::StrFormat("a packet of interface %d, but its section describes %d interfaces", id, described));
  }
  record.interface = static_cast<uint32_t>(section_first_) + id;
  return absl::OkStatus();
}

absl::Status PcapngParser::ReadPacket(CaptureStream& stream, uint32_t type, CaptureRecord& record) {
  std::array<uint8_t, kPacketHeadBytes> head;
  if (absl::Status read = ReadBody(stream, head.data(), head.size()); !read.ok()) return read;
  const uint32_t id = type == kPcapngObsoletePacketBlock ? Load16(head.data(), order_) : Load32(head.data(), order_);
  if (absl::Status found = FindInterface(stream, id, record); !found.ok()) return found;
  const uint64_t high = Load32(head.data() + 4, order_);
  const uint64_t ticks = high << 32 | Load32(head.data() + 8, order_);
  record.time = CaptureTime(ticks, interfaces_[record.interface].ticks_per_second, offsets_s_[record.interface]);
  record.captured_bytes = Load32(head.data() + 12, order_);
  record.original_bytes = Load32(head.data() + 16, order_);
  return ReadFrame(stream, record);
}

absl::Status PcapngParser::ReadSimplePacket(CaptureStream& stream, CaptureRecord& record) {
  std::array<uint8_t, 4> original;
  if (absl::Status read = ReadBody(stream, original.data(), original.size()); !read.ok()) return read;
  if (absl::Status found = FindInterface(stream, 0, record); !found.ok()) return found;
  record.original_bytes = Load32(original.data(), order_);
  record.captured_bytes = std::min(record.original_bytes, body_left_);
  const uint32_t snap_bytes = interfaces_[record.interface].snap_bytes;
  if (snap_bytes != 0) record.captured_bytes = std::min(record.captured_bytes, snap_bytes);
  return ReadFrame(stream, record);
}

absl::Status PcapngParser::ReadFrame(CaptureStream& stream, CaptureRecord& record) {
  record.offset = stream.record_offset();
  if (record.captured_bytes > kCaptureFrameBytesMax) {
    return stream.Malformed(record.offset, absl::StrFormat("a block claims %d captured bytes, more than %d",
                                                           record.captured_bytes, kCaptureFrameBytesMax));
  }
  if (record.captured_bytes > body_left_) {
    return stream.Malformed(record.offset, absl::StrFormat("a block of %d bytes claims %d captured bytes", block_bytes_,
                                                           record.captured_bytes));
  }
  return ReadBody(stream, record.Room(record.captured_bytes), record.captured_bytes);
}

}  // namespace picket
