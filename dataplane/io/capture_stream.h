// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <zlib.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace picket {

// The bytes of a capture, front to back, decompressed if they are gzip. Offsets count decompressed bytes; every message
// is `NAME: byte OFFSET: WHAT`.
//   errors  kDataLoss         the input ends inside a record, or its gzip data ends early
//           kInvalidArgument  the gzip data is corrupt
//           kUnavailable      the file cannot be read further
class CaptureStream {
 public:
  // errors  those of OpenForReading
  static absl::StatusOr<CaptureStream> Open(const std::string& path);
  // `data` must outlive the stream.
  static absl::StatusOr<CaptureStream> OfMemory(const uint8_t* data, size_t bytes, std::string name);

  // The next record starts here; messages about an early end name the place.
  void BeginRecord() { record_offset_ = offset_; }
  // `bytes` bytes, fewer only where the input ends. At most 1 GiB at a time.
  absl::StatusOr<size_t> Read(uint8_t* to, size_t bytes);
  // All of `bytes`; false, and nothing read, where the input ends before the first.
  absl::StatusOr<bool> ReadUnlessEnd(uint8_t* to, size_t bytes);
  absl::Status ReadExactly(uint8_t* to, size_t bytes);
  absl::Status Skip(uint64_t bytes);

  uint64_t offset() const { return offset_; }
  uint64_t record_offset() const { return record_offset_; }
  const std::string& name() const { return name_; }
  // kInvalidArgument about the byte at `offset`.
  absl::Status Malformed(uint64_t offset, const std::string& what) const;

 private:
  struct Close {
    void operator()(gzFile file) const { gzclose_r(file); }
  };
  CaptureStream() = default;
  static absl::StatusOr<CaptureStream> OfDescriptor(int fd, std::string name);
  absl::Status GzipStatus(int system_error) const;

  std::string name_;
  std::unique_ptr<gzFile_s, Close> file_;  // null: the bytes are in memory
  const uint8_t* data_ = nullptr;
  size_t data_bytes_ = 0;
  uint64_t offset_ = 0;
  uint64_t record_offset_ = 0;
};

}  // namespace picket
