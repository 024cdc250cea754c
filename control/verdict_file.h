// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdio>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "control/replay.h"

namespace picket {

// One JSON object a line and packet: `{"packet":1,"verdict":"drop","reason":"reputation_drop","outside":"203.0.113.9",
// "entry":"203.0.113.0/24"}`; `outside` needs a sound IP header, `entry` an entry that spoke. Byte-identical for the
// same capture, lists and seed, whatever the machine or SIMD level.
class VerdictFile {
 public:
  // errors  kUnavailable  the file cannot be created
  static absl::StatusOr<std::unique_ptr<VerdictFile>> Create(const std::string& path);
  ~VerdictFile();
  VerdictFile(const VerdictFile&) = delete;
  VerdictFile& operator=(const VerdictFile&) = delete;

  absl::Status Write(const JudgedPacket& packet);
  // errors  kUnavailable  not everything could be written
  absl::Status Close();

 private:
  VerdictFile(std::FILE* file, std::string path) : file_(file), path_(std::move(path)) {}
  absl::Status Failed() const;

  std::FILE* file_;
  std::string path_;
};

}  // namespace picket
