// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "dataplane/io/capture_reader.h"
#include "tests/support/capture_bytes.h"
#include "tests/support/capture_reading.h"

namespace picket {
namespace {

using test::Bytes;
using test::CaptureBytes;
using test::Frame;
using test::ReadAll;
using test::ReadCapture;
using test::Says;

constexpr uint32_t kUs = 0xa1b2c3d4;
constexpr uint32_t kNs = 0xa1b23c4d;
constexpr uint32_t kKuznetzov = 0xa1b2cd34;
constexpr size_t kHeaderBytes = 24;
constexpr size_t kRecordBytes = 16;

TEST_CASE("pcap is read with either resolution in either byte order", "[capture]") {
  for (const ByteOrder order : {ByteOrder::kLittle, ByteOrder::kBig}) {
    for (const uint32_t magic : {kUs, kNs}) {
      CaptureBytes capture(order);
      capture.PcapHeader(magic, 1, 1500).PcapRecord(7, 250'000, Frame(60), 1400).PcapRecord(8, 999'999, Frame(3), 3);
      const ReadCapture read = ReadAll(capture.bytes());
      REQUIRE(read.error.ok());
      CHECK(read.format == CaptureFormat::kPcap);
      REQUIRE(read.interfaces.size() == 1);
      CHECK(read.interfaces[0].link_type == 1);
      CHECK(read.interfaces[0].snap_bytes == 1500);
      CHECK(read.interfaces[0].ticks_per_second == (magic == kUs ? 1'000'000 : 1'000'000'000));
      const uint64_t tick_ns = magic == kUs ? 1000 : 1;
      REQUIRE(read.frames.size() == 2);
      CHECK(read.frames[0] == test::ReadFrame{Frame(60), 1400, 7'000'000'000 + 250'000 * tick_ns, 0, {}});
      CHECK(read.frames[1] == test::ReadFrame{Frame(3), 3, 8'000'000'000 + 999'999 * tick_ns, 0, {}});
    }
  }
}

TEST_CASE("a pcap without packets ends at once, and again", "[capture]") {
  const CaptureBytes capture = CaptureBytes().PcapHeader(kUs, 1);
  auto reader = CaptureReader::OpenMemory(capture.bytes().data(), capture.size(), "test.pcap");
  REQUIRE(reader.ok());
  CapturedPacket packet;
  for (int i = 0; i < 2; ++i) {
    const absl::StatusOr<bool> more = (*reader)->Next(packet);
    REQUIRE(more.ok());
    CHECK_FALSE(*more);
  }
}

TEST_CASE("the link type decides what the first byte belongs to", "[capture]") {
  struct Case {
    uint32_t network;
    LinkLayer layer;
  };
  for (const Case& c : {Case{1, LinkLayer::kEthernet}, Case{12, LinkLayer::kRawIp}, Case{14, LinkLayer::kRawIp},
                        Case{101, LinkLayer::kRawIp}, Case{228, LinkLayer::kRawIp}, Case{229, LinkLayer::kRawIp},
                        Case{113, LinkLayer::kLinuxCooked}, Case{276, LinkLayer::kLinuxCooked2},
                        Case{0, LinkLayer::kBsdLoopback}, Case{108, LinkLayer::kBsdLoopback}}) {
    INFO("link type " << c.network);
    const ReadCapture read = ReadAll(CaptureBytes().PcapHeader(kUs, c.network).PcapRecord(0, 0, Frame(40), 90).bytes());
    REQUIRE(read.error.ok());
    REQUIRE(read.frames.size() == 1);
    CHECK(read.frames[0].layer == c.layer);
    CHECK(read.frames[0].wire_bytes == 90);
    CHECK(read.frames[0].frame == Frame(40));
  }
}

TEST_CASE("a frame check sequence noted beside the link type is ignored", "[capture]") {
  const ReadCapture read = ReadAll(CaptureBytes().PcapHeader(kUs, 0x4400'0001).bytes());
  REQUIRE(read.error.ok());
  CHECK(read.interfaces[0].link_type == 1);
}

TEST_CASE("a frame longer than the snap length or than its original is read whole", "[capture]") {
  for (const uint32_t snap_bytes : {0u, 10u}) {
    const ReadCapture read =
        ReadAll(CaptureBytes().PcapHeader(kUs, 1, snap_bytes).PcapRecord(0, 0, Frame(60), 20).bytes());
    REQUIRE(read.error.ok());
    REQUIRE(read.frames.size() == 1);
    CHECK(read.frames[0].frame == Frame(60));
    CHECK(read.frames[0].wire_bytes == 60);
  }
}

TEST_CASE("a fraction outside its second moves the second", "[capture]") {
  CaptureBytes capture;
  capture.PcapHeader(kUs, 1).PcapRecord(10, 2'500'000, {}, 0);
  capture.PcapRecord(10, 0u - 250'000, {}, 0).PcapRecord(0, 0u - 1, {}, 0).PcapRecord(UINT32_MAX, INT32_MAX, {}, 0);
  const ReadCapture read = ReadAll(capture.bytes());
  REQUIRE(read.error.ok());
  REQUIRE(read.frames.size() == 4);
  CHECK(read.frames[0].ns == 12'500'000'000);
  CHECK(read.frames[1].ns == 9'750'000'000);
  CHECK(read.frames[2].ns == 0);
  CHECK(read.frames[3].ns == 4'294'967'295'000'000'000 + 2'147'483'647'000);
}

TEST_CASE("the longest frame is read and one byte more is refused", "[capture]") {
  CaptureBytes capture;
  capture.PcapHeader(kUs, 1, 0).PcapRecord(0, 0, Frame(kCaptureFrameBytesMax), kCaptureFrameBytesMax);
  const size_t second = capture.size();
  capture.PcapRecord(0, 0, Frame(kCaptureFrameBytesMax + 1), kCaptureFrameBytesMax + 1);
  const ReadCapture read = ReadAll(capture.bytes());
  REQUIRE(read.frames.size() == 1);
  CHECK(read.frames[0].frame == Frame(kCaptureFrameBytesMax));
  CHECK(read.error.code() == absl::StatusCode::kInvalidArgument);
  CHECK(Says(read.error, second, "262145 captured bytes"));
}

TEST_CASE("a pcap cut anywhere inside a record delivers what came before and says where it was cut", "[capture]") {
  CaptureBytes whole;
  whole.PcapHeader(kUs, 1).PcapRecord(1, 0, Frame(20), 20).PcapRecord(2, 0, Frame(20), 20);
  const size_t second = kHeaderBytes + kRecordBytes + 20;
  for (size_t bytes = second; bytes < whole.size(); ++bytes) {
    INFO("cut at " << bytes);
    const ReadCapture read = ReadAll(CaptureBytes(whole).Cut(bytes).bytes());
    CHECK(read.frames.size() == 1);
    if (bytes == second) {
      CHECK(read.error.ok());
    } else {
      CHECK(read.error.code() == absl::StatusCode::kDataLoss);
      CHECK(Says(read.error, bytes, "begins at byte " + std::to_string(second)));
    }
  }
}

TEST_CASE("a pcap cut inside its header is no capture", "[capture]") {
  const CaptureBytes whole = CaptureBytes().PcapHeader(kUs, 1);
  for (size_t bytes = 0; bytes < kHeaderBytes; ++bytes) {
    const ReadCapture read = ReadAll(CaptureBytes(whole).Cut(bytes).bytes());
    CHECK(read.error.code() == absl::StatusCode::kInvalidArgument);
    CHECK(Says(read.error, bytes < 4 ? 0 : bytes, ""));
  }
  CHECK(Says(ReadAll(Bytes{}).error, 0, "empty"));
}

TEST_CASE("what is no capture or a foreign variant of pcap is refused with a way out", "[capture]") {
  const ReadCapture text = ReadAll(Bytes{'h', 'e', 'l', 'l', 'o'});
  CHECK(text.error.code() == absl::StatusCode::kInvalidArgument);
  CHECK(Says(text.error, 0, "0x68656c6c"));
  for (const ByteOrder order : {ByteOrder::kLittle, ByteOrder::kBig}) {
    const ReadCapture modified = ReadAll(CaptureBytes(order).PcapHeader(kKuznetzov, 1).bytes());
    CHECK(modified.error.code() == absl::StatusCode::kInvalidArgument);
    CHECK(Says(modified.error, 0, "editcap -F pcap"));
    const ReadCapture old = ReadAll(CaptureBytes(order).Put32(kUs).Put16(2).Put16(2).Append(Bytes(16)).bytes());
    CHECK(Says(old.error, 4, "version 2.2"));
  }
  const ReadCapture wireless = ReadAll(CaptureBytes().PcapHeader(kUs, 105).bytes());
  CHECK(wireless.error.code() == absl::StatusCode::kInvalidArgument);
  CHECK(Says(wireless.error, 20, "link type 105"));
}

TEST_CASE("after a contradiction every call tells it again", "[capture]") {
  CaptureBytes capture;
  capture.PcapHeader(kUs, 1).PcapRecord(0, 0, Frame(8), 8).PcapRecord(0, 0, Frame(8), 8);
  capture.Set32(kHeaderBytes + 8, 0xffff'ffff);
  auto reader = CaptureReader::OpenMemory(capture.bytes().data(), capture.size(), "test.pcap");
  REQUIRE(reader.ok());
  CapturedPacket packet;
  const absl::Status first = (*reader)->Next(packet).status();
  CHECK(Says(first, kHeaderBytes, "4294967295 captured bytes"));
  CHECK((*reader)->Next(packet).status() == first);
}

}  // namespace
}  // namespace picket
