// SPDX-License-Identifier: Apache-2.0
#include "dataplane/io/capture_writer.h"

#include <catch2/catch.hpp>

#include "dataplane/io/capture_reader.h"
#include "tests/support/capture_bytes.h"
#include "tests/support/capture_reading.h"

namespace picket {
namespace {

using test::Bytes;
using test::CaptureBytes;
using test::Frame;
using test::MemoryFile;
using test::ReadAll;
using test::ReadCapture;

constexpr uint32_t kUs = 0xa1b2c3d4;
constexpr uint32_t kNs = 0xa1b23c4d;

// What the writer makes of every frame of `source`, in the order read.
Bytes Rewritten(const Bytes& source) {
  auto reader = CaptureReader::OpenMemory(source.data(), source.size(), "test.pcap");
  REQUIRE(reader.ok());
  const MemoryFile file(Frame(5000));
  REQUIRE(file.valid());
  auto writer = CaptureWriter::Create(file.path(), (*reader)->format(), (*reader)->interfaces().front());
  REQUIRE(writer.ok());
  CapturedPacket packet;
  absl::StatusOr<bool> more = (*reader)->Next(packet);
  for (; more.ok() && *more; more = (*reader)->Next(packet))
    REQUIRE((*writer)->Write(packet, (*reader)->interfaces()).ok());
  REQUIRE(more.ok());
  REQUIRE((*writer)->Close().ok());
  return file.Content();
}

TEST_CASE("a little-endian pcap is written back byte for byte", "[capture]") {
  for (const uint32_t magic : {kUs, kNs}) {
    for (const uint32_t network : {1u, 0u, 108u, 101u, 113u, 276u}) {
      INFO("link type " << network);
      CaptureBytes capture;
      capture.PcapHeader(magic, network, 30).PcapRecord(7, 999'999, Frame(61), 1400).PcapRecord(5, 1, Frame(2), 9);
      capture.PcapRecord(UINT32_MAX, 0, {}, 0);
      CHECK(Rewritten(capture.bytes()) == capture.bytes());
    }
  }
}

TEST_CASE("a big-endian pcap is written with the same frames", "[capture]") {
  CaptureBytes little;
  CaptureBytes big(ByteOrder::kBig);
  for (CaptureBytes* capture : {&little, &big}) capture->PcapHeader(kUs, 1, 96).PcapRecord(7, 250'000, Frame(60), 64);
  CHECK(Rewritten(big.bytes()) == little.bytes());
}

TEST_CASE("a time behind the end of pcap is written as its last instant", "[capture]") {
  CaptureBytes capture;
  capture.PcapHeader(kUs, 1).PcapRecord(UINT32_MAX, 2'000'000, Frame(4), 4);
  CaptureBytes last;
  last.PcapHeader(kUs, 1).PcapRecord(UINT32_MAX, 999'999, Frame(4), 4);
  CHECK(Rewritten(capture.bytes()) == last.bytes());
}

TEST_CASE("a pcapng is written with its interfaces and nanosecond times", "[capture]") {
  CaptureBytes capture;
  capture.Section().Interface(113, 96);
  for (uint8_t bytes = 0; bytes < 5; ++bytes)
    capture.Enhanced(0, 1'700'000'000'000'000 + bytes, Frame(bytes), bytes + 7u);
  capture.Interface(105).Interface(0, 0, capture.Option(9, {0x80 | 32})).Enhanced(2, 3ull << 31, Frame(77), 77);
  capture.Order(ByteOrder::kBig).Section().Interface(1).Simple(Frame(9), 9).Obsolete(0, 5, Frame(8), 8);
  const ReadCapture expected = ReadAll(capture.bytes());
  REQUIRE(expected.error.ok());
  REQUIRE(expected.frames.size() == 8);
  const ReadCapture written = ReadAll(Rewritten(capture.bytes()));
  CHECK(written.error.ok());
  CHECK(written.format == CaptureFormat::kPcapng);
  CHECK(written.frames == expected.frames);
  REQUIRE(written.interfaces.size() == expected.interfaces.size());
  for (size_t i = 0; i < written.interfaces.size(); ++i) {
    CHECK(written.interfaces[i].link_type == expected.interfaces[i].link_type);
    CHECK(written.interfaces[i].snap_bytes == expected.interfaces[i].snap_bytes);
    CHECK(written.interfaces[i].ticks_per_second == 1'000'000'000);
  }
}

TEST_CASE("a capture without packets is written as one that can be read", "[capture]") {
  const ReadCapture pcap = ReadAll(Rewritten(CaptureBytes().PcapHeader(kNs, 101, 64).bytes()));
  CHECK(pcap.error.ok());
  CHECK(pcap.interfaces.at(0).link_type == 101);
  const ReadCapture pcapng = ReadAll(Rewritten(CaptureBytes().Section().Interface(101, 64).bytes()));
  CHECK(pcapng.error.ok());
  CHECK(pcapng.interfaces.at(0).link_type == 101);
}

TEST_CASE("a full device is told by the write that meets it or by close", "[capture]") {
  const CaptureInterface ethernet;
  const std::vector<CaptureInterface> interfaces{ethernet};
  const Bytes frame = Frame(60'000);
  CapturedPacket packet;
  packet.view = {frame.data(), 60'000, 60'000, LinkLayer::kEthernet};
  for (const CaptureFormat format : {CaptureFormat::kPcap, CaptureFormat::kPcapng}) {
    for (const int packets : {0, 1, 20}) {
      auto writer = CaptureWriter::Create("/dev/full", format, ethernet);
      REQUIRE(writer.ok());
      absl::Status written;
      for (int i = 0; i < packets; ++i) written = (*writer)->Write(packet, interfaces);
      CHECK(written.ok() == (packets < 20));
      const absl::Status closed = (*writer)->Close();
      CHECK(closed.code() == absl::StatusCode::kUnavailable);
      CHECK(std::string(closed.message()) ==
            "/dev/full: No space left on device; the file is incomplete, do not use it");
    }
  }
}

TEST_CASE("a capture that cannot be created is named with the cause", "[capture]") {
  const auto create = [](const char* path) {
    return CaptureWriter::Create(path, CaptureFormat::kPcap, CaptureInterface{}).status();
  };
  CHECK(create("/nonexistent/out.pcap").code() == absl::StatusCode::kNotFound);
  CHECK(std::string(create("/nonexistent/out.pcap").message()) == "/nonexistent/out.pcap: No such file or directory");
  CHECK(create("/tmp").code() == absl::StatusCode::kUnavailable);
  CHECK(std::string(create("/tmp").message()) == "/tmp: Is a directory");
}

}  // namespace
}  // namespace picket
