// SPDX-License-Identifier: Apache-2.0
#include "dataplane/io/capture_pcap.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_format.h"
#include "dataplane/io/capture_time.h"

namespace picket {
namespace {

constexpr uint32_t kPcapMagicKuznetzov = 0xa1b2'cd34;
constexpr size_t kHeaderRestBytes = 20;
constexpr size_t kRecordHeaderBytes = 16;

bool IsMagic(uint32_t magic) { return magic == kPcapMagicUs || magic == kPcapMagicNs || magic == kPcapMagicKuznetzov; }

// The fraction was a signed timeval field once, and tools that shift times leave small negative ones behind. The sum
// fits: 2^32 * 10^9 < 2^63.
Tick RecordTime(uint32_t seconds, uint32_t fraction, uint64_t ticks_per_second) {
  const int64_t ticks = static_cast<int64_t>(seconds * ticks_per_second) + static_cast<int32_t>(fraction);
  return CaptureTime(static_cast<uint64_t>(std::max<int64_t>(ticks, 0)), ticks_per_second, 0);
}

}  // namespace

bool PcapParser::Recognizes(const uint8_t* magic) {
  return IsMagic(Load32(magic, ByteOrder::kLittle)) || IsMagic(Load32(magic, ByteOrder::kBig));
}

absl::Status PcapParser::ReadHeader(CaptureStream& stream, const uint8_t* magic) {
  order_ = IsMagic(Load32(magic, ByteOrder::kLittle)) ? ByteOrder::kLittle : ByteOrder::kBig;
  const uint32_t value = Load32(magic, order_);
  if (value == kPcapMagicKuznetzov)
    return stream.Malformed(0, "Kuznetzov's modified pcap; convert it with `editcap -F pcap IN OUT`");
  std::array<uint8_t, kHeaderRestBytes> rest;
  if (absl::Status read = stream.ReadExactly(rest.data(), rest.size()); !read.ok()) return read;
  const uint16_t major = Load16(rest.data(), order_);
  const uint16_t minor = Load16(rest.data() + 2, order_);
  if (major != 2 || minor != 4) {
    return stream.Malformed(4, absl::StrFormat("pcap version %d.%d, only 2.4 is read; convert it with "
                                               "`editcap -F pcap IN OUT`",
                                               major, minor));
  }
  CaptureInterface& interface = interfaces_.front();
  interface.snap_bytes = Load32(rest.data() + 12, order_);
  // The upper half tells the length of the frame check sequence.
  interface.link_type = static_cast<uint16_t>(Load32(rest.data() + 16, order_));
  interface.ticks_per_second = value == kPcapMagicNs ? 1'000'000'000 : 1'000'000;
  return absl::OkStatus();
}

absl::StatusOr<bool> PcapParser::Next(CaptureStream& stream, CaptureRecord& record) const {
  stream.BeginRecord();
  std::array<uint8_t, kRecordHeaderBytes> header;
  const absl::StatusOr<bool> read = stream.ReadUnlessEnd(header.data(), header.size());
  if (!read.ok() || !*read) return read;
  record.offset = stream.record_offset();
  record.captured_bytes = Load32(header.data() + 8, order_);
  record.original_bytes = Load32(header.data() + 12, order_);
  if (record.captured_bytes > kCaptureFrameBytesMax) {
    return stream.Malformed(record.offset, absl::StrFormat("a record claims %d captured bytes, more than %d",
                                                           record.captured_bytes, kCaptureFrameBytesMax));
  }
  record.time = RecordTime(Load32(header.data(), order_), Load32(header.data() + 4, order_),
                           interfaces_.front().ticks_per_second);
  if (absl::Status frame = stream.ReadExactly(record.Room(record.captured_bytes), record.captured_bytes); !frame.ok())
    return frame;
  return true;
}

}  // namespace picket
