// SPDX-License-Identifier: Apache-2.0
#include "control/cli/replay_output.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "absl/strings/str_format.h"

namespace picket {
namespace {

using Json = nlohmann::ordered_json;

Json RejectsJson(const Feed& feed) {
  Json rejects = Json::array();
  for (const FeedReject& r : feed.rejected) rejects.push_back({{"line", r.line}, {"reason", r.reason}});
  return rejects;
}

Json FeedsJson(const Setup& setup) {
  Json feeds = Json::array();
  for (const FeedSummary& s : setup.feeds) {
    const FeedCounts& counts = s.counts;
    feeds.push_back({{"name", s.name},
                     {"file", s.file},
                     {"format", std::string(Name(s.feed.format))},
                     {"lines", s.feed.lines},
                     {"entries", s.entries},
                     {"ipv4_hosts", counts.ipv4_hosts},
                     {"ipv4_prefixes", counts.ipv4_prefixes},
                     {"ipv6_hosts", counts.ipv6_hosts},
                     {"ipv6_prefixes", counts.ipv6_prefixes},
                     {"scoped", counts.scoped},
                     {"duplicates", s.feed.duplicates},
                     {"rejected", s.feed.rejected_lines},
                     {"rejects", RejectsJson(s.feed)}});
  }
  return feeds;
}

// Reasons that occurred, the most frequent first; equal ones in the order of their definition.
std::vector<Reason> ReasonsByCount(const Counters& counters) {
  std::vector<Reason> reasons;
  for (size_t i = 1; i < kReasonCount; ++i) {
    if (counters.reasons[i] != 0) reasons.push_back(static_cast<Reason>(i));
  }
  std::stable_sort(reasons.begin(), reasons.end(),
                   [&counters](Reason a, Reason b) { return counters[a] > counters[b]; });
  return reasons;
}

double Share(uint64_t part, uint64_t whole) {
  return whole == 0 ? 0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

std::string FeedLines(const Setup& setup) {
  std::string text;
  for (const FeedSummary& s : setup.feeds) {
    text += absl::StrFormat("list     %s: %d entries from %d lines (%s)", s.file, s.entries, s.feed.lines,
                            std::string(Name(s.feed.format)));
    if (s.feed.rejected_lines != 0) text += absl::StrFormat(", %d rejected", s.feed.rejected_lines);
    text += "\n";
  }
  return text;
}

std::string LedgerLine(const Ledger& l) {
  return absl::StrFormat(
      "ledger   received %d + originated %d = transmitted %d + dropped %d + consumed %d + lost %d%s\n", l.received,
      l.originated, l.transmitted, l.dropped, l.consumed, l.lost, l.Balances() ? "" : "  DOES NOT BALANCE");
}

}  // namespace

std::string ReplayJson(const ReplayReport& report) {
  const Counters& counters = report.worker.counters;
  Json verdicts;
  for (size_t i = 0; i < kVerdictCount; ++i) {
    verdicts[std::string(Name(static_cast<Verdict>(i)))] = counters.verdicts[i];
  }
  Json reasons = Json::object();
  for (const Reason r : ReasonsByCount(counters)) reasons[std::string(Name(r))] = counters[r];
  Json layers;
  for (size_t i = 0; i < kLayerCount; ++i) layers[std::string(kLayerNames[i])] = counters.layers[i];
  const Ledger& l = report.ledger;
  const Json json = {{"schema", 1},
                     {"packets", counters.packets},
                     {"bytes", counters.bytes},
                     {"verdicts", verdicts},
                     {"reasons", reasons},
                     {"layers", layers},
                     {"elapsed_ns", report.elapsed.count()},
                     {"truncated", report.truncated},
                     {"mode", std::string(Name(report.setup.policy.link.mode))},
                     {"ledger",
                      {{"received", l.received},
                       {"originated", l.originated},
                       {"transmitted", l.transmitted},
                       {"dropped", l.dropped},
                       {"consumed", l.consumed},
                       {"lost", l.lost}}},
                     {"tables",
                      {{"generation", report.setup.table->generation()},
                       {"entries", report.setup.table->size()},
                       {"fragments_evicted", report.worker.fragments.evicted()},
                       {"limiter_evicted", report.worker.limiter_evicted()}}},
                     {"feeds", FeedsJson(report.setup)}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string ReplayTable(const ReplayReport& report) {
  const Counters& counters = report.worker.counters;
  std::string text =
      absl::StrFormat("capture  %s: %d packets, %d bytes\n", report.capture, counters.packets, counters.bytes);
  text += FeedLines(report.setup);
  text += absl::StrFormat("mode     %s, %d entries in force\n\n", std::string(Name(report.setup.policy.link.mode)),
                          report.setup.table->size());
  text += absl::StrFormat("%-24s %12s %8s\n", "VERDICT", "PACKETS", "SHARE");
  for (size_t i = 0; i < kVerdictCount; ++i) {
    if (counters.verdicts[i] == 0) continue;
    text += absl::StrFormat("%-24s %12d %6.2f %%\n", std::string(Name(static_cast<Verdict>(i))), counters.verdicts[i],
                            Share(counters.verdicts[i], counters.packets));
  }
  const std::vector<Reason> reasons = ReasonsByCount(counters);
  if (!reasons.empty()) text += absl::StrFormat("\n%-24s %12s  %-10s  %s\n", "REASON", "PACKETS", "STAGE", "MEANING");
  for (const Reason r : reasons) {
    text += absl::StrFormat("%-24s %12d  %-10s  %s\n", std::string(Name(r)), counters[r], std::string(Info(r).stage),
                            std::string(Info(r).text));
  }
  text += "\n" + LedgerLine(report.ledger);
  const double seconds = static_cast<double>(report.elapsed.count()) / 1e9;
  text += absl::StrFormat("judged   in %.3f s, %.0f packets/s\n", seconds,
                          seconds > 0 ? static_cast<double>(counters.packets) / seconds : 0);
  return text;
}

}  // namespace picket
