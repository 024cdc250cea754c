// SPDX-License-Identifier: Apache-2.0
#include "control/daemon/stats.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <nlohmann/json.hpp>

#include "absl/strings/str_format.h"

namespace picket {
namespace {

using Json = nlohmann::ordered_json;
constexpr std::array<const char*, 2> kPortNames = {"outside", "inside"};

Json LedgerJson(const Ledger& l, bool running) {
  Json json = {{"received", l.received}, {"originated", l.originated}, {"transmitted", l.transmitted},
               {"dropped", l.dropped},   {"consumed", l.consumed},     {"lost", l.lost}};
  if (running) {
    const uint64_t gone = l.transmitted + l.dropped + l.consumed + l.lost;
    const uint64_t come = l.received + l.originated;
    json["in_flight"] = come > gone ? come - gone : 0;
  }
  return json;
}

Json PortJson(const PortStatus& port, const PortTraffic& traffic) {
  return {{"device", port.device},
          {"driver", port.driver},
          {"link", port.up ? "up" : "down"},
          {"mtu", port.mtu},
          {"received", traffic.received},
          {"transmitted", traffic.transmitted},
          {"lost", traffic.lost},
          {"missed", port.counters.missed},
          {"rx_errors", port.counters.rx_errors},
          {"no_mbuf", port.counters.no_mbuf},
          {"tx_errors", port.counters.tx_errors}};
}

double Share(uint64_t part, uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

Json WorkersJson(const LinkStats& link) {
  Json workers = Json::array();
  for (size_t w = 0; w < link.report.workers.size(); ++w) {
    const WorkerStatus& status = link.report.workers[w];
    const WorkerReport& r = status.report;
    workers.push_back({{"worker", w},
                       {"core", status.core},
                       {"packets", r.counters.packets},
                       {"bytes", r.counters.bytes},
                       {"busy_share", Share(r.busy_cycles, r.total_cycles)},
                       {"handed_over", r.handed_over},
                       {"handover_lost", r.handover_lost},
                       {"limiter_evicted", r.limiter_evicted},
                       {"stalls", link.stalls[w]},
                       {"heartbeat", status.heartbeat}});
    Json& reasons = workers.back()["reasons"] = Json::object();
    for (size_t i = 0; i < kReasonCount; ++i) {
      if (r.counters.reasons[i] > 0) reasons[std::string(kReasons[i].name)] = r.counters.reasons[i];
    }
  }
  return workers;
}

Json LatencyJson(const LinkStats& link, const LatencyHistogram& latency) {
  if (!link.latency) return nullptr;
  return {{"count", latency.count()},
          {"p50", latency.Quantile(0.5)},
          {"p99", latency.Quantile(0.99)},
          {"p99_9", latency.Quantile(0.999)}};
}

Json CountersJson(const Counters& counters) {
  Json json = {{"packets", counters.packets}, {"bytes", counters.bytes}};
  for (size_t i = 0; i < kVerdictCount; ++i) {
    json["verdicts"][std::string(Name(static_cast<Verdict>(i)))] = counters.verdicts[i];
  }
  json["reasons"] = Json::object();
  for (size_t i = 0; i < kReasonCount; ++i) {
    if (counters.reasons[i] > 0) json["reasons"][std::string(kReasons[i].name)] = counters.reasons[i];
  }
  for (size_t i = 0; i < kLayerCount; ++i) json["layers"][std::string(kLayerNames[i])] = counters.layers[i];
  return json;
}

Json LinkJson(const LinkStats& link, bool running) {
  const WorkerReport sum = Sum(link.report);
  Json json = {{"name", link.name},
               {"mode", Name(link.mode)},
               {"affinity", Name(link.spreading)},
               {"ledger", LedgerJson(sum.ledger, running)}};
  json.update(CountersJson(sum.counters));
  for (size_t side = 0; side < 2; ++side) {
    json["ports"][kPortNames[side]] = PortJson(link.report.ports[side], sum.ports[side]);
  }
  json["workers"] = WorkersJson(link);
  json["mbufs"] = {{"size", link.report.mbufs}, {"free", link.report.mbufs_free}};
  json["link_state_changes"] = link.link_state_changes;
  json["latency_ns"] = LatencyJson(link, sum.latency);
  return json;
}

}  // namespace

std::string StatsJson(const DaemonStats& stats) {
  Json json = {{"schema", 1},
               {"version", PICKET_VERSION},
               {"pid", getpid()},
               {"uptime_ns", stats.uptime.ns},
               {"running", stats.running},
               {"march", PICKET_MARCH},
               {"simd_bits", stats.simd_bits},
               {"links", Json::array()}};
  for (const LinkStats& link : stats.links) json["links"].push_back(LinkJson(link, stats.running));
  return json.dump(1) + "\n";
}

std::string LedgerText(const DaemonStats& stats) {
  std::string text;
  for (const LinkStats& link : stats.links) {
    const WorkerReport sum = Sum(link.report);
    const Ledger& l = sum.ledger;
    absl::StrAppendFormat(&text,
                          "link %s (%s): received %d + originated %d = transmitted %d + dropped %d + consumed %d + "
                          "lost %d: %s\n",
                          link.name, std::string(Name(link.mode)), l.received, l.originated, l.transmitted, l.dropped,
                          l.consumed, l.lost, l.Balances() ? "exact" : "DOES NOT BALANCE");
    for (size_t i = 0; i < kReasonCount; ++i) {
      if (sum.counters.reasons[i] == 0) continue;
      absl::StrAppendFormat(&text, "  %-24s %12d  %s\n", std::string(kReasons[i].name), sum.counters.reasons[i],
                            std::string(kReasons[i].text));
    }
  }
  return text;
}

absl::Status WriteWhole(const std::string& path, const std::string& text) {
  const std::string beside = absl::StrFormat("%s.%d", path, getpid());
  FILE* file = std::fopen(beside.c_str(), "w");
  bool written = file != nullptr && std::fputs(text.c_str(), file) >= 0;
  if (file != nullptr) written = std::fclose(file) == 0 && written;
  if (written && std::rename(beside.c_str(), path.c_str()) == 0) return absl::OkStatus();
  const int error = errno;
  unlink(beside.c_str());
  return absl::UnavailableError(absl::StrFormat("%s: cannot write: %s", path, strerror(error)));
}

}  // namespace picket
