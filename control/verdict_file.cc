// SPDX-License-Identifier: Apache-2.0
#include "control/verdict_file.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/str_format.h"

namespace picket {

absl::StatusOr<std::unique_ptr<VerdictFile>> VerdictFile::Create(const std::string& path) {
  std::FILE* file = std::fopen(path.c_str(), "we");
  if (file == nullptr) {
    return absl::UnavailableError(absl::StrFormat("%s: cannot be created: %s", path, std::strerror(errno)));
  }
  return std::unique_ptr<VerdictFile>(new VerdictFile(file, path));
}

VerdictFile::~VerdictFile() {
  if (file_ != nullptr) std::fclose(file_);
}

absl::Status VerdictFile::Failed() const {
  return absl::UnavailableError(absl::StrFormat("%s: cannot be written: %s", path_, std::strerror(errno)));
}

absl::Status VerdictFile::Write(const JudgedPacket& packet) {
  const Batch& batch = packet.batch;
  const uint32_t slot = packet.slot;
  std::string line = absl::StrFormat(R"({"packet":%d,"verdict":"%s","reason":"%s")", packet.number,
                                     std::string(Name(batch.verdict[slot])), std::string(Name(batch.reason[slot])));
  if (batch.headers[slot].proved != Proved::kNothing) {
    line += absl::StrFormat(R"(,"outside":"%s")", ToString(batch.Outside(slot)));
    if (batch.decision[slot].listed) {
      line +=
          absl::StrFormat(R"(,"entry":"%s")", ToString(Prefix::Of(batch.Outside(slot), batch.decision[slot].length)));
    }
  }
  line += "}\n";
  return std::fwrite(line.data(), 1, line.size(), file_) == line.size() ? absl::OkStatus() : Failed();
}

absl::Status VerdictFile::Close() {
  std::FILE* file = std::exchange(file_, nullptr);
  return std::fclose(file) == 0 ? absl::OkStatus() : Failed();
}

}  // namespace picket
