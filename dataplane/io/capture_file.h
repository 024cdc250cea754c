// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace picket {

// The error number of a failed call on a file, as a status: `message: what the system says`.
//   errors  kNotFound (ENOENT, ENOTDIR), kPermissionDenied (EACCES, EPERM, EROFS), else kUnavailable
absl::Status FileError(int error_number, const std::string& message);

// How long a FIFO may stay silent before its first byte.
inline constexpr int kFifoWaitMs = 10'000;

// A descriptor that reads `path`, or standard input for "-". A FIFO that nobody writes to is given up after kFifoWaitMs
// instead of being waited for without end; standard input is waited for.
//   errors  those of FileError; kInvalidArgument for a directory. The message names the path.
absl::StatusOr<int> OpenForReading(const std::string& path);

}  // namespace picket
