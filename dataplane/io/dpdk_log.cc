// SPDX-License-Identifier: Apache-2.0
#include "dataplane/io/dpdk_log.h"

#include <rte_log.h>

#include <cstdio>
#include <deque>
#include <mutex>
#include <string>

#include "absl/strings/str_join.h"
#include "dataplane/io/dpdk_eal.h"

namespace picket {
namespace {

constexpr size_t kLinesKept = 4;
constexpr size_t kLineBytesMax = 256;

std::mutex mutex;  // drivers log from threads of their own
std::deque<std::string> lines;

ssize_t Write(void*, const char* text, size_t bytes) {
  std::string line(text, bytes < kLineBytesMax ? bytes : kLineBytesMax);
  while (!line.empty() && line.back() == '\n') line.pop_back();
  const std::lock_guard lock(mutex);
  if (!line.empty()) lines.push_back(std::move(line));
  if (lines.size() > kLinesKept) lines.pop_front();
  return static_cast<ssize_t>(bytes);
}

}  // namespace

void CaptureDpdkLog() {
  static FILE* stream = nullptr;
  if (stream != nullptr) return;
  stream = fopencookie(nullptr, "w", {.read = nullptr, .write = Write, .seek = nullptr, .close = nullptr});
  setvbuf(stream, nullptr, _IOLBF, 0);
  rte_openlog_stream(stream);
  rte_log_set_global_level(RTE_LOG_NOTICE);
}

std::string TakeDpdkLog() {
  const std::lock_guard lock(mutex);
  std::string text = lines.empty() ? "DPDK said nothing" : absl::StrJoin(lines, "; ");
  lines.clear();
  return text;
}

}  // namespace picket
