// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "tests/rules/feed_text.h"

namespace picket {
namespace {

class Directory {
 public:
  Directory() {
    std::string name = (std::filesystem::temp_directory_path() / "picket-feed-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;
  ~Directory() { std::filesystem::remove_all(path_); }

  std::string Path(const std::string& name) const { return (path_ / name).string(); }
  std::string Write(const std::string& name, const std::string& text) const {
    std::ofstream(Path(name)) << text;
    return Path(name);
  }

 private:
  std::filesystem::path path_;
};

void CheckRefused(const std::string& path, absl::StatusCode code, const std::string& cause) {
  const absl::Status status = ReadFeed(path).status();
  CHECK(status.code() == code);
  CHECK(std::string(status.message()) == "cannot read the list " + path + ": " + cause);
}

TEST_CASE("a list is read from a file, whatever its name", "[feed]") {
  const Directory directory;
  const absl::StatusOr<Feed> feed = ReadFeed(directory.Write("list.netset", "create s hash:ip\nadd s 192.0.2.1\n"));
  REQUIRE(feed.ok());
  CHECK(feed->format == FeedFormat::kIpsetSave);
  CHECK(EntryTexts(*feed) == Texts{"192.0.2.1"});
  CHECK(ReadFeed(directory.Path("list.netset"), FeedFormat::kPlain)->rejected_lines == 2);
}

TEST_CASE("a file that names no size is read to its end", "[feed]") { CHECK(ReadFeed("/proc/self/limits")->lines > 5); }

TEST_CASE("a list that is not there is refused with its name", "[feed]") {
  const Directory directory;
  CheckRefused(directory.Path("none"), absl::StatusCode::kNotFound, "No such file or directory");
  CheckRefused(directory.Write("file", "") + "/none", absl::StatusCode::kNotFound, "Not a directory");
}

TEST_CASE("a list that is no regular file is refused at once", "[feed]") {
  const Directory directory;
  CheckRefused(directory.Path(""), absl::StatusCode::kInvalidArgument, "it is no regular file");
  REQUIRE(mkfifo(directory.Path("fifo").c_str(), 0600) == 0);
  CheckRefused(directory.Path("fifo"), absl::StatusCode::kInvalidArgument, "it is no regular file");
  CheckRefused("/dev/null", absl::StatusCode::kInvalidArgument, "it is no regular file");
}

TEST_CASE("a list without read permission is refused", "[feed]") {
  const Directory directory;
  const std::string path = directory.Write("secret", "192.0.2.1\n");
  REQUIRE(chmod(path.c_str(), 0) == 0);
  const bool is_root = geteuid() == 0;
  if (is_root) REQUIRE(seteuid(65534) == 0);  // root reads everything
  CheckRefused(path, absl::StatusCode::kPermissionDenied, "Permission denied");
  if (is_root) REQUIRE(seteuid(0) == 0);
}

TEST_CASE("a list that fails while it is read is refused", "[feed]") {
  CheckRefused("/proc/self/mem", absl::StatusCode::kUnavailable, "Input/output error");
  const Directory directory;
  REQUIRE(symlink("loop", directory.Path("loop").c_str()) == 0);
  CheckRefused(directory.Path("loop"), absl::StatusCode::kUnavailable, "Too many levels of symbolic links");
}

TEST_CASE("a list of more than kFeedBytesMax bytes is refused unread", "[feed]") {
  const Directory directory;
  const std::string path = directory.Write("sparse", "");
  REQUIRE(truncate(path.c_str(), static_cast<off_t>(kFeedBytesMax) + 1) == 0);
  CheckRefused(path, absl::StatusCode::kResourceExhausted,
               "the list has 2147483649 bytes, at most 2147483648 are read: split or shorten it");
  // The same through ParseFeed: pages that are never touched.
  const size_t bytes = kFeedBytesMax + 1;
  void* const text = mmap(nullptr, bytes, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  REQUIRE(text != MAP_FAILED);
  CHECK(ParseFeed({static_cast<const char*>(text), bytes}).status().code() == absl::StatusCode::kResourceExhausted);
  munmap(text, bytes);
}

}  // namespace
}  // namespace picket
