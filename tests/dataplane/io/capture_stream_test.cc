// SPDX-License-Identifier: Apache-2.0
#include "dataplane/io/capture_stream.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <thread>

#include "dataplane/io/capture_reader.h"
#include "tests/support/capture_bytes.h"
#include "tests/support/capture_reading.h"

namespace picket {
namespace {

using test::Bytes;
using test::CaptureBytes;
using test::Frame;
using test::Gzip;
using test::MemoryFile;
using test::ReadAll;
using test::ReadCapture;

constexpr uint32_t kUs = 0xa1b2c3d4;

// Frames that do not compress away, so that cuts fall between them.
CaptureBytes Noise(uint32_t frames) {
  CaptureBytes capture;
  capture.PcapHeader(kUs, 1);
  uint32_t state = 1;
  for (uint32_t i = 0; i < frames; ++i) {
    Bytes frame(100);
    for (uint8_t& byte : frame) byte = static_cast<uint8_t>((state = state * 1'664'525 + 1'013'904'223) >> 24);
    capture.PcapRecord(i, 0, frame, 100);
  }
  return capture;
}

TEST_CASE("a gzip capture reads like the plain one, from a file and from memory", "[capture]") {
  const CaptureBytes plain = Noise(2000);
  const ReadCapture expected = ReadAll(plain.bytes());
  REQUIRE(expected.frames.size() == 2000);
  const Bytes packed = Gzip(plain.bytes());
  CHECK(ReadAll(packed).frames == expected.frames);
  const MemoryFile packed_file(packed);
  const MemoryFile plain_file(plain.bytes());
  REQUIRE((packed_file.valid() && plain_file.valid()));
  CHECK(ReadAll(CaptureReader::Open(packed_file.path())).frames == expected.frames);
  CHECK(ReadAll(CaptureReader::Open(plain_file.path())).frames == expected.frames);
}

TEST_CASE("a cut gzip capture delivers what came before and is never a clean end", "[capture]") {
  const Bytes packed = Gzip(Noise(12).bytes());
  size_t most_frames = 0;
  for (size_t bytes = 4; bytes < packed.size(); ++bytes) {
    INFO("cut at " << bytes);
    const ReadCapture read = ReadAll(Bytes(packed.begin(), packed.begin() + static_cast<ptrdiff_t>(bytes)));
    REQUIRE_FALSE(read.error.ok());
    CHECK(std::string(read.error.message()).find("test.pcap: byte ") == 0);
    CHECK(std::string(read.error.message()).find("gzip data ends early") != std::string::npos);
    CHECK(read.error.code() ==
          (read.interfaces.empty() ? absl::StatusCode::kInvalidArgument : absl::StatusCode::kDataLoss));
    most_frames = std::max(most_frames, read.frames.size());
  }
  CHECK(most_frames == 12);
}

TEST_CASE("corrupt gzip data is told from a cut", "[capture]") {
  Bytes packed = Gzip(Noise(12).bytes());
  packed[packed.size() - 8] ^= 1;  // of the checksum
  const ReadCapture read = ReadAll(packed);
  CHECK(read.error.code() == absl::StatusCode::kInvalidArgument);
  CHECK(std::string(read.error.message()).find("the gzip data is corrupt") != std::string::npos);
}

TEST_CASE("a path that cannot be read is named with the cause", "[capture]") {
  const absl::Status missing = CaptureReader::Open("/nonexistent/a.pcap").status();
  CHECK(missing.code() == absl::StatusCode::kNotFound);
  CHECK(std::string(missing.message()) == "/nonexistent/a.pcap: No such file or directory");
  const absl::Status directory = CaptureReader::Open("/tmp").status();
  CHECK(directory.code() == absl::StatusCode::kInvalidArgument);
  CHECK(std::string(directory.message()) == "/tmp: a directory, not a capture file");
  const absl::Status empty = CaptureReader::Open("/dev/null").status();
  CHECK(empty.code() == absl::StatusCode::kInvalidArgument);
  CHECK(std::string(empty.message()) == "/dev/null: byte 0: empty, not a capture");
  CHECK(std::string(CaptureReader::Open("/dev/zero").status().message()).find("neither pcap nor pcapng") !=
        std::string::npos);
}

class Fifo {
 public:
  Fifo() { valid_ = mkdtemp(directory_.data()) != nullptr && mkfifo(path().c_str(), 0600) == 0; }
  ~Fifo() {
    unlink(path().c_str());
    rmdir(directory_.data());
  }
  Fifo(const Fifo&) = delete;
  Fifo& operator=(const Fifo&) = delete;
  bool valid() const { return valid_; }
  std::string path() const { return std::string(directory_.data()) + "/fifo"; }

 private:
  std::array<char, 32> directory_{"/tmp/picket-test-XXXXXX"};
  bool valid_ = false;
};

TEST_CASE("a FIFO is read as it is written", "[capture]") {
  const Fifo fifo;
  REQUIRE(fifo.valid());
  const CaptureBytes capture = Noise(2000);  // more than a pipe holds
  std::thread writer([&] {
    const int fd = open(fifo.path().c_str(), O_WRONLY);
    size_t written = 0;
    while (written < capture.size()) {
      const ssize_t n = write(fd, capture.bytes().data() + written, std::min<size_t>(999, capture.size() - written));
      if (n <= 0) break;
      written += static_cast<size_t>(n);
    }
    close(fd);
  });
  const ReadCapture read = ReadAll(CaptureReader::Open(fifo.path()));
  writer.join();
  CHECK(read.error.ok());
  CHECK(read.frames.size() == 2000);
}

TEST_CASE("a FIFO whose writer leaves without a word is empty", "[capture]") {
  const Fifo fifo;
  REQUIRE(fifo.valid());
  std::thread writer([&] { close(open(fifo.path().c_str(), O_WRONLY)); });
  const absl::Status empty = CaptureReader::Open(fifo.path()).status();
  writer.join();
  CHECK(std::string(empty.message()) == fifo.path() + ": byte 0: empty, not a capture");
}

TEST_CASE("offsets count decompressed bytes across reads and skips", "[capture]") {
  const Bytes packed = Gzip(Frame(10'000));
  absl::StatusOr<CaptureStream> stream = CaptureStream::OfMemory(packed.data(), packed.size(), "x");
  REQUIRE(stream.ok());
  CHECK(stream->Skip(9'990).ok());
  CHECK(stream->offset() == 9'990);
  std::array<uint8_t, 16> tail{};
  const absl::StatusOr<size_t> got = stream->Read(tail.data(), tail.size());
  REQUIRE(got.ok());
  CHECK(*got == 10);
  CHECK(tail[0] == Frame(10'000)[9'990]);
  CHECK(stream->offset() == 10'000);
  CHECK(stream->Skip(1).code() == absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace picket
