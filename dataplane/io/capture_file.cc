// SPDX-License-Identifier: Apache-2.0
#include "dataplane/io/capture_file.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"

namespace picket {
namespace {

// Without O_NONBLOCK the open itself would wait for a writer; poll() then tells silence (no event) from a writer that
// came and left (POLLHUP).
absl::Status AwaitFirstByte(int fd, const std::string& path) {
  pollfd wait{fd, POLLIN, 0};
  int ready = 0;
  do {
    ready = poll(&wait, 1, kFifoWaitMs);
  } while (ready < 0 && errno == EINTR);
  if (ready < 0) return FileError(errno, path);
  if (ready > 0) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat(path, ": a pipe to which nothing was written for ", kFifoWaitMs / 1000,
                                             " s; start the writer first"));
}

absl::Status Prepare(int fd, const std::string& path) {
  struct stat about {};
  if (fstat(fd, &about) != 0) return FileError(errno, path);
  if (S_ISDIR(about.st_mode)) return absl::InvalidArgumentError(path + ": a directory, not a capture file");
  if (S_ISFIFO(about.st_mode)) {
    if (absl::Status arrived = AwaitFirstByte(fd, path); !arrived.ok()) return arrived;
  }
  if (fcntl(fd, F_SETFL, O_RDONLY) != 0) return FileError(errno, path);
  return absl::OkStatus();
}

}  // namespace

absl::Status FileError(int error_number, const std::string& message) {
  const std::string text = absl::StrCat(message, ": ", std::strerror(error_number));
  switch (error_number) {
    case ENOENT:
    case ENOTDIR:
      return absl::NotFoundError(text);
    case EACCES:
    case EPERM:
    case EROFS:
      return absl::PermissionDeniedError(text);
    default:
      return absl::UnavailableError(text);
  }
}

absl::StatusOr<int> OpenForReading(const std::string& path) {
  if (path == "-") {
    const int fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
    if (fd < 0) return FileError(errno, "standard input");
    return fd;
  }
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0) return FileError(errno, path);
  if (absl::Status ready = Prepare(fd, path); !ready.ok()) {
    close(fd);
    return ready;
  }
  return fd;
}

}  // namespace picket
