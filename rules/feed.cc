// SPDX-License-Identifier: Apache-2.0
#include "rules/feed.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "rules/feed_lines.h"

namespace picket {
namespace {

constexpr std::array<std::string_view, 3> kFormatNames = {"plain", "firehol", "ipset_save"};

absl::Status TooLarge(uint64_t bytes) {
  return absl::ResourceExhaustedError(
      absl::StrCat("the list has ", bytes, " bytes, at most ", kFeedBytesMax, " are read: split or shorten it"));
}

absl::Status CannotRead(int error) {
  const std::string message = std::generic_category().message(error);
  if (error == ENOENT || error == ENOTDIR) return absl::NotFoundError(message);
  if (error == EACCES || error == EPERM) return absl::PermissionDeniedError(message);
  return absl::UnavailableError(message);
}

// Reads to the end of the file, not to the size it had: it may grow, and some files have none.
absl::StatusOr<std::string> ReadAll(int file, size_t expected_bytes) {
  std::string text(expected_bytes + 1, '\0');
  for (size_t used = 0;;) {
    const ssize_t got = read(file, text.data() + used, text.size() - used);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return CannotRead(errno);
    used += static_cast<size_t>(got);
    if (used > kFeedBytesMax) return TooLarge(used);
    if (got == 0) {
      text.resize(used);
      return text;
    }
    if (used == text.size()) text.resize(std::min<size_t>(2 * used, kFeedBytesMax + 1));
  }
}

absl::StatusOr<std::string> ReadText(const std::string& path) {
  // O_NONBLOCK: the opening of a FIFO must not wait for a writer.
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (file < 0) return CannotRead(errno);
  const absl::Cleanup close_file = [file] { close(file); };
  struct stat info = {};
  if (fstat(file, &info) != 0) return CannotRead(errno);
  if (!S_ISREG(info.st_mode)) return absl::InvalidArgumentError("it is no regular file");
  const auto bytes = static_cast<uint64_t>(info.st_size);
  if (bytes > kFeedBytesMax) return TooLarge(bytes);
  return ReadAll(file, static_cast<size_t>(bytes));
}

}  // namespace

std::string_view Name(FeedFormat format) { return kFormatNames[static_cast<size_t>(format)]; }

std::optional<FeedFormat> FeedFormatFromName(std::string_view name) {
  const auto known = std::find(kFormatNames.begin(), kFormatNames.end(), name);
  if (known == kFormatNames.end()) return std::nullopt;
  return static_cast<FeedFormat>(known - kFormatNames.begin());
}

absl::StatusOr<Feed> ParseFeed(std::string_view text, std::optional<FeedFormat> format) {
  if (text.size() > kFeedBytesMax) return TooLarge(text.size());
  return ParseFeedLines(text, format ? *format : DetectFeedFormat(text), kFeedEntriesMax);
}

absl::StatusOr<Feed> ReadFeed(const std::string& path, std::optional<FeedFormat> format) {
  const absl::StatusOr<std::string> text = ReadText(path);
  absl::StatusOr<Feed> feed = text.ok() ? ParseFeed(*text, format) : text.status();
  if (feed.ok()) return feed;
  return absl::Status(feed.status().code(), absl::StrCat("cannot read the list ", path, ": ", feed.status().message()));
}

FeedCounts Count(const Feed& feed) {
  FeedCounts counts;
  for (const FeedEntry& entry : feed.entries) {
    const bool host = entry.prefix.IsHost();
    if (entry.prefix.family() == Family::kIpv4) {
      ++(host ? counts.ipv4_hosts : counts.ipv4_prefixes);
    } else {
      ++(host ? counts.ipv6_hosts : counts.ipv6_prefixes);
    }
    if (!entry.scope.IsEmpty()) ++counts.scoped;
  }
  return counts;
}

}  // namespace picket
