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
using test::ReadFrame;
using test::Says;

constexpr uint16_t kTsResol = 9;
constexpr uint16_t kTsOffset = 14;
constexpr size_t kSectionBytes = 28;
constexpr size_t kInterfaceBytes = 20;  // without options

CaptureBytes OneInterface(ByteOrder order = ByteOrder::kLittle) { return CaptureBytes(order).Section().Interface(1); }

TEST_CASE("pcapng is read in either byte order", "[capture]") {
  for (const ByteOrder order : {ByteOrder::kLittle, ByteOrder::kBig}) {
    CaptureBytes capture = OneInterface(order);
    capture.Enhanced(0, 1'700'000'007'250'000, Frame(61), 1400);
    capture.Obsolete(0, 1'700'000'008'000'001, Frame(5), 6).Simple(Frame(42), 42);
    const ReadCapture read = ReadAll(capture.bytes());
    REQUIRE(read.error.ok());
    CHECK(read.format == CaptureFormat::kPcapng);
    REQUIRE(read.interfaces.size() == 1);
    CHECK(read.interfaces[0].ticks_per_second == 1'000'000);
    REQUIRE(read.frames.size() == 3);
    CHECK(read.frames[0] == ReadFrame{Frame(61), 1400, 1'700'000'007'250'000'000, 0, {}});
    CHECK(read.frames[1] == ReadFrame{Frame(5), 6, 1'700'000'008'000'001'000, 0, {}});
    CHECK(read.frames[2] == ReadFrame{Frame(42), 42, 1'700'000'008'000'001'000, 0, {}});
  }
}

TEST_CASE("interfaces differ in link type, snap length, resolution and clock offset", "[capture]") {
  CaptureBytes capture;
  capture.Section().Interface(1, 96);
  capture.Interface(113, 0, capture.Option(kTsResol, {9}));
  Bytes options = capture.Option(1, {'n', 'o', 't', 'e', '!'});
  for (const Bytes& option : {capture.Option(kTsResol, {0x80 | 10}),
                              capture.Option(kTsOffset, CaptureBytes().Put64(static_cast<uint64_t>(-3)).bytes()),
                              capture.Option(0, {}), Bytes{9, 0, 1, 0, 99, 0, 0, 0}})
    options.insert(options.end(), option.begin(), option.end());
  capture.Interface(101, 0, options);
  capture.Enhanced(2, 5 * 1024 + 512, Frame(20), 20).Enhanced(0, 4, Frame(20), 20).Enhanced(1, 4, Frame(20), 20);
  const ReadCapture read = ReadAll(capture.bytes());
  REQUIRE(read.error.ok());
  REQUIRE(read.interfaces.size() == 3);
  CHECK(read.interfaces[0].snap_bytes == 96);
  CHECK(read.interfaces[1].ticks_per_second == 1'000'000'000);
  CHECK(read.interfaces[2].ticks_per_second == 1024);
  REQUIRE(read.frames.size() == 3);
  CHECK(read.frames[0] == ReadFrame{Frame(20), 20, 2'500'000'000, 2, LinkLayer::kRawIp});
  CHECK(read.frames[1] == ReadFrame{Frame(20), 20, 4000, 0, LinkLayer::kEthernet});
  CHECK(read.frames[2] == ReadFrame{Frame(20), 20, 4, 1, LinkLayer::kLinuxCooked});
}

TEST_CASE("a new section starts its interfaces anew, in its own byte order", "[capture]") {
  CaptureBytes capture = OneInterface();
  capture.Interface(101).Enhanced(1, 1, Frame(8), 8);
  capture.Order(ByteOrder::kBig).Section().Interface(113).Enhanced(0, 2, Frame(8), 8);
  const size_t last = capture.size();
  capture.Enhanced(1, 3, Frame(8), 8);
  const ReadCapture read = ReadAll(capture.bytes());
  REQUIRE(read.frames.size() == 2);
  CHECK(read.frames[0].interface == 1);
  CHECK(read.frames[1].interface == 2);
  CHECK(read.frames[1].layer == LinkLayer::kLinuxCooked);
  CHECK(read.interfaces.size() == 3);
  CHECK(Says(read.error, last, "interface 1"));
}

TEST_CASE("the first interface is known before the first packet is asked for", "[capture]") {
  const CaptureBytes capture = CaptureBytes().Section().Block(5, Frame(8)).Interface(276);
  auto reader = CaptureReader::OpenMemory(capture.bytes().data(), capture.size(), "test.pcap");
  REQUIRE(reader.ok());
  REQUIRE((*reader)->interfaces().size() == 1);
  CHECK((*reader)->interfaces()[0].link_type == 276);
}

TEST_CASE("a pcapng without interfaces has no packets", "[capture]") {
  const ReadCapture empty = ReadAll(CaptureBytes().Section().bytes());
  CHECK(empty.error.ok());
  CHECK(empty.frames.empty());
  CHECK(empty.interfaces.empty());
  CHECK(Says(ReadAll(CaptureBytes().Section().Simple(Frame(4), 4).bytes()).error, kSectionBytes, "interface 0"));
}

TEST_CASE("a simple packet is as long as snap length, original and block allow", "[capture]") {
  CaptureBytes capture;
  capture.Section().Interface(1, 10).Simple(Frame(12), 400);
  capture.Section().Interface(1, 0).Simple(Frame(12), 11).Simple(Frame(12), 400);
  const ReadCapture read = ReadAll(capture.bytes());
  REQUIRE(read.error.ok());
  REQUIRE(read.frames.size() == 3);
  CHECK(read.frames[0] == ReadFrame{Frame(10), 400, 0, 0, {}});
  CHECK(read.frames[1] == ReadFrame{Frame(11), 11, 0, 1, {}});
  CHECK(read.frames[2] == ReadFrame{Frame(12), 400, 0, 1, {}});
}

TEST_CASE("blocks without packets and options behind a frame are skipped", "[capture]") {
  CaptureBytes capture = OneInterface();
  capture.Block(4, Frame(16)).Block(0x8000'0001, Frame(20'001)).Block(0xbad, {});
  CaptureBytes body;
  body.Put32(0).Put32(0).Put32(5).Put32(3).Put32(3).Append({1, 2, 3, 0}).Append(Frame(12));
  const ReadCapture read = ReadAll(capture.Block(6, body.bytes()).bytes());
  REQUIRE(read.error.ok());
  REQUIRE(read.frames.size() == 1);
  CHECK(read.frames[0] == ReadFrame{{1, 2, 3}, 3, 5000, 0, {}});
}

TEST_CASE("an interface that cannot be judged matters once a packet of it comes", "[capture]") {
  CaptureBytes capture = OneInterface();
  capture.Interface(105).Enhanced(0, 1, Frame(8), 8);
  CHECK(ReadAll(capture.bytes()).error.ok());
  const size_t at = capture.size();
  const ReadCapture read = ReadAll(capture.Enhanced(1, 1, Frame(8), 8).bytes());
  CHECK(read.frames.size() == 1);
  CHECK(read.error.code() == absl::StatusCode::kInvalidArgument);
  CHECK(Says(read.error, at, "interface 1, whose link type is 105"));
}

TEST_CASE("a block whose lengths contradict is refused with its place", "[capture]") {
  const CaptureBytes good = OneInterface().Enhanced(0, 0, Frame(8), 8);
  const size_t packet = kSectionBytes + kInterfaceBytes;
  const size_t trailer = good.size() - 4;
  struct Case {
    size_t at;
    uint32_t value;
    size_t place;
    const char* what;
  };
  for (const Case& c :
       {Case{packet + 4, 41, packet, "a block of 41 bytes"}, Case{packet + 4, 0, packet, "block of 0"},
        Case{packet + 4, 8, packet, "a block of 8 bytes"}, Case{packet + 4, 12, packet, "too short for its contents"},
        Case{packet + 4, 16 * 1024 * 1024 + 4, packet, "block of 16777220"},
        Case{trailer, 44, trailer, "has length 40 in front and 44 behind"},
        Case{packet + 20, 9, packet, "claims 9 captured bytes"},
        Case{packet + 20, UINT32_MAX, packet, "4294967295 captured bytes"}, Case{packet + 8, 1, packet, "interface 1"},
        Case{kSectionBytes + 4, 16, kSectionBytes, "too short for its contents"},
        Case{4, 24, 0, "too short for its contents"}, Case{8, 7, 8, "byte-order magic"},
        Case{12, 2, 12, "version 2.0"}}) {
    INFO(c.what);
    const ReadCapture read = ReadAll(CaptureBytes(good).Set32(c.at, c.value).bytes());
    CHECK(read.error.code() == absl::StatusCode::kInvalidArgument);
    CHECK(Says(read.error, c.place, c.what));
    CHECK(read.frames.empty());
  }
}

TEST_CASE("the longest frame of a block is read and one byte more is refused", "[capture]") {
  CaptureBytes capture = OneInterface();
  capture.Enhanced(0, 0, Frame(kCaptureFrameBytesMax), kCaptureFrameBytesMax);
  capture.Simple(Frame(kCaptureFrameBytesMax), kCaptureFrameBytesMax);
  const size_t third = capture.size();
  capture.Enhanced(0, 0, Frame(kCaptureFrameBytesMax + 1), kCaptureFrameBytesMax + 1);
  const ReadCapture read = ReadAll(capture.bytes());
  REQUIRE(read.frames.size() == 2);
  CHECK(read.frames[0].frame == Frame(kCaptureFrameBytesMax));
  CHECK(Says(read.error, third, "262145 captured bytes, more than 262144"));
}

TEST_CASE("an option that passes its block or makes no sense is refused with its place", "[capture]") {
  const size_t option = kSectionBytes + 16;
  CaptureBytes base;
  base.Section();
  const auto read = [&](const Bytes& options) {
    return ReadAll(CaptureBytes(base).Interface(1, 0, options).bytes()).error;
  };
  CHECK(Says(read({2, 0, 5, 0, 'e', 't', 'h', '0'}), option, "option 2 of 5 bytes"));
  CHECK(Says(read({2, 0, 0xff, 0xff, 'e', 't', 'h', '0'}), option, "option 2 of 65535 bytes"));
  CHECK(Says(read(base.Option(kTsResol, {6, 6})), option, "timestamp option 9 of 2 bytes"));
  CHECK(Says(read(base.Option(kTsOffset, {6, 6})), option, "timestamp option 14 of 2 bytes"));
  CHECK(Says(read(base.Option(kTsResol, {20})), option + 4, "resolution of 0x14"));
  CHECK(Says(read(base.Option(kTsResol, {0xc0})), option + 4, "resolution of 0xc0"));
}

TEST_CASE("a pcapng cut anywhere inside a block says where", "[capture]") {
  const CaptureBytes whole = OneInterface().Enhanced(0, 0, Frame(8), 8);
  const size_t packet = kSectionBytes + kInterfaceBytes;
  for (size_t bytes = 4; bytes < whole.size(); ++bytes) {
    INFO("cut at " << bytes);
    const absl::Status error = ReadAll(CaptureBytes(whole).Cut(bytes).bytes()).error;
    if (bytes == kSectionBytes || bytes == packet) {
      CHECK(error.ok());
    } else {
      CHECK(error.code() == (bytes < packet ? absl::StatusCode::kInvalidArgument : absl::StatusCode::kDataLoss));
      CHECK(Says(error, bytes, "the capture ends inside what begins at byte"));
    }
  }
}

TEST_CASE("more interfaces than the limit are refused", "[capture]") {
  CaptureBytes capture;
  capture.Section();
  for (uint32_t i = 0; i < kCaptureInterfacesMax; ++i) capture.Interface(1);
  CHECK(ReadAll(capture.bytes()).error.ok());
  const size_t at = capture.size();
  CHECK(Says(ReadAll(capture.Interface(1).bytes()).error, at, "more than 1024 interfaces"));
}

}  // namespace
}  // namespace picket
