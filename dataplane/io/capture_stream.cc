// SPDX-License-Identifier: Apache-2.0
#include "dataplane/io/capture_stream.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/str_format.h"
#include "dataplane/io/capture_file.h"

namespace picket {
namespace {

constexpr unsigned kInputBufferBytes = 128 * 1024;
constexpr size_t kSkipBytes = 4096;

bool IsGzip(const uint8_t* data, size_t bytes) { return bytes >= 2 && data[0] == 0x1f && data[1] == 0x8b; }

// zlib's gzFile reads descriptors only, so compressed memory becomes one.
absl::StatusOr<int> DescriptorOf(const uint8_t* data, size_t bytes, const std::string& name) {
  const int fd = memfd_create("capture", MFD_CLOEXEC);
  if (fd < 0) return FileError(errno, name);
  size_t written = 0;
  while (written < bytes) {
    const ssize_t n = write(fd, data + written, bytes - written);
    if (n <= 0) {
      const int error_number = errno;
      close(fd);
      return FileError(error_number, name);
    }
    written += static_cast<size_t>(n);
  }
  lseek(fd, 0, SEEK_SET);
  return fd;
}

std::string At(const std::string& name, uint64_t offset, const std::string& what) {
  return absl::StrFormat("%s: byte %d: %s", name, offset, what);
}

}  // namespace

absl::StatusOr<CaptureStream> CaptureStream::Open(const std::string& path) {
  absl::StatusOr<int> fd = OpenForReading(path);
  if (!fd.ok()) return fd.status();
  return OfDescriptor(*fd, path == "-" ? "standard input" : path);
}

absl::StatusOr<CaptureStream> CaptureStream::OfMemory(const uint8_t* data, size_t bytes, std::string name) {
  if (IsGzip(data, bytes)) {
    absl::StatusOr<int> fd = DescriptorOf(data, bytes, name);
    if (!fd.ok()) return fd.status();
    return OfDescriptor(*fd, std::move(name));
  }
  CaptureStream stream;
  stream.name_ = std::move(name);
  stream.data_ = data;
  stream.data_bytes_ = bytes;
  return stream;
}

absl::StatusOr<CaptureStream> CaptureStream::OfDescriptor(int fd, std::string name) {
  CaptureStream stream;
  stream.name_ = std::move(name);
  stream.file_.reset(gzdopen(fd, "rb"));
  if (!stream.file_) {
    close(fd);
    return absl::UnavailableError(stream.name_ + ": out of memory");
  }
  gzbuffer(stream.file_.get(), kInputBufferBytes);
  return stream;
}

absl::Status CaptureStream::GzipStatus(int system_error) const {
  int code = Z_OK;
  const char* text = gzerror(file_.get(), &code);
  switch (code) {
    case Z_OK:
    case Z_STREAM_END:
      return absl::OkStatus();
    case Z_BUF_ERROR:
      return absl::DataLossError(At(name_, offset_, "the gzip data ends early; the capture was cut"));
    case Z_ERRNO:
      return FileError(system_error, At(name_, offset_, "cannot be read"));
    case Z_DATA_ERROR:
      return Malformed(offset_, absl::StrFormat("the gzip data is corrupt here or up to 256 KiB later: %s", text));
    default:
      return absl::UnavailableError(At(name_, offset_, text));
  }
}

absl::StatusOr<size_t> CaptureStream::Read(uint8_t* to, size_t bytes) {
  size_t got = 0;
  if (file_) {
    errno = 0;
    const int n = gzread(file_.get(), to, static_cast<unsigned>(bytes));
    // A cut gzip file gives its last bytes as a short read and keeps the error for those who ask.
    if (n < 0 || static_cast<size_t>(n) < bytes) {
      if (absl::Status status = GzipStatus(errno); !status.ok()) return status;
    }
    got = static_cast<size_t>(std::max(n, 0));
  } else {
    got = std::min<size_t>(bytes, data_bytes_ - offset_);
    if (got != 0) std::memcpy(to, data_ + offset_, got);
  }
  offset_ += got;
  return got;
}

absl::StatusOr<bool> CaptureStream::ReadUnlessEnd(uint8_t* to, size_t bytes) {
  const absl::StatusOr<size_t> got = Read(to, bytes);
  if (!got.ok()) return got.status();
  if (*got == 0) return false;
  if (*got == bytes) return true;
  return absl::DataLossError(
      At(name_, offset_, absl::StrFormat("the capture ends inside what begins at byte %d", record_offset_)));
}

absl::Status CaptureStream::ReadExactly(uint8_t* to, size_t bytes) {
  if (bytes == 0) return absl::OkStatus();
  const absl::StatusOr<bool> read = ReadUnlessEnd(to, bytes);
  if (!read.ok()) return read.status();
  if (*read) return absl::OkStatus();
  return absl::DataLossError(
      At(name_, offset_, absl::StrFormat("the capture ends inside what begins at byte %d", record_offset_)));
}

absl::Status CaptureStream::Skip(uint64_t bytes) {
  std::array<uint8_t, kSkipBytes> ignored;
  while (bytes > 0) {
    const size_t part = static_cast<size_t>(std::min<uint64_t>(bytes, ignored.size()));
    if (absl::Status status = ReadExactly(ignored.data(), part); !status.ok()) return status;
    bytes -= part;
  }
  return absl::OkStatus();
}

absl::Status CaptureStream::Malformed(uint64_t offset, const std::string& what) const {
  return absl::InvalidArgumentError(At(name_, offset, what));
}

}  // namespace picket
