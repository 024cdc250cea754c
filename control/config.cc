// SPDX-License-Identifier: Apache-2.0
#include "control/config.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <tuple>

#include "absl/strings/str_format.h"
#include "control/config_parse.h"
#include "control/config_problems.h"
#include "control/config_tables.h"

namespace picket {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

ConfigResult FileProblem(const std::string& file, const std::string& what) {
  return {std::nullopt, {file + ": " + what}};
}

std::string Cause(int error) { return absl::StrFormat("cannot be read: %s", std::strerror(error)); }

// Reads up to one byte more than is allowed, so that a file over the limit shows. Returns 0 or errno.
int ReadAll(int descriptor, std::string& text) {
  text.resize(config::kBytesMax + 1);
  size_t bytes = 0;
  while (bytes < text.size()) {
    const ssize_t n = read(descriptor, text.data() + bytes, text.size() - bytes);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno;
    if (n == 0) break;
    bytes += static_cast<size_t>(n);
  }
  text.resize(bytes);
  return 0;
}

ConfigResult ReadOpened(int descriptor, const std::string& path) {
  struct stat status {};
  if (fstat(descriptor, &status) != 0) return FileProblem(path, Cause(errno));
  if (S_ISDIR(status.st_mode)) return FileProblem(path, "is a folder (name the file in it)");
  if (!S_ISREG(status.st_mode)) return FileProblem(path, "is no regular file");
  std::string text;
  if (const int error = ReadAll(descriptor, text); error != 0) return FileProblem(path, Cause(error));
  return ParseConfig(text, path);
}

}  // namespace

ConfigResult ParseConfig(std::string_view text, const std::string& file) {
  if (text.size() > config::kBytesMax) {
    return FileProblem(file, absl::StrFormat("is larger than %d bytes", config::kBytesMax));
  }
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  config::Problems problems;
  ConfigResult result;
  const config::ParsedToml toml = config::ParseToml(std::string(text), problems);
  ReportRepeatedTables(toml.repeated, problems);
  if (toml.root) result.config = ReadTables(toml, file.substr(0, file.rfind('/') + 1), problems);
  if (problems.IsEmpty()) return result;
  return {std::nullopt, problems.Lines(file)};
}

ConfigResult ReadConfig(const std::string& path) {
  // Without O_NONBLOCK a pipe that nobody writes to would hold us here.
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) return FileProblem(path, Cause(errno));
  ConfigResult result = ReadOpened(descriptor, path);
  close(descriptor);
  return result;
}

LinkPolicy PolicyOf(const Config& config, const LinkConfig& link) {
  LinkPolicy policy;
  policy.mode = link.mode.value_or(config.node.mode);
  policy.prefix_modes = link.prefix_modes;
  std::sort(policy.prefix_modes.begin(), policy.prefix_modes.end(), [](const PrefixMode& a, const PrefixMode& b) {
    return std::tie(b.prefix.length, a.prefix) < std::tie(a.prefix.length, b.prefix);
  });
  policy.malformed = config.malformed;
  policy.anti_spoof = {link.anti_spoof, link.protected_prefixes, link.never_block};
  policy.anti_spoof.exempt.insert(policy.anti_spoof.exempt.end(), link.trusted.begin(), link.trusted.end());
  policy.ipv4_fragments = config.ipv4_fragments;
  policy.ipv6_fragments = config.ipv6_fragments;
  policy.rate_classes = config.rate_classes;
  return policy;
}

}  // namespace picket
