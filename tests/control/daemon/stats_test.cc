// SPDX-License-Identifier: Apache-2.0
#include "control/daemon/stats.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

namespace picket {
namespace {

// One link of two workers that have seen three packets: one passed, one dropped, one lost.
DaemonStats ThreePackets() {
  DaemonStats stats{.uptime = Duration::FromMs(5), .running = false, .simd_bits = 256, .links = {}};
  LinkStats& link = stats.links.emplace_back();
  link.name = "wan0";
  link.mode = Mode::kEnforce;
  link.spreading = Spreading::kSoftware;
  link.stalls = {0, 2};
  link.report.workers.resize(2);
  WorkerReport& first = link.report.workers[0].report;
  first.ledger = {.received = 2, .transmitted = 1, .dropped = 1};
  first.ports[0].received = 2;
  first.ports[1].transmitted = 1;
  first.counters.packets = 2;
  first.counters.verdicts[static_cast<size_t>(Verdict::kDrop)] = 1;
  first.counters.reasons[static_cast<size_t>(Reason::kReputationDrop)] = 1;
  first.busy_cycles = 1;
  first.total_cycles = 4;
  WorkerReport& second = link.report.workers[1].report;
  second.ledger = {.received = 1, .lost = 1};
  second.ports[1].received = 1;
  second.ports[0].lost = 1;
  second.counters.packets = 1;
  link.report.ports[0] = {.device = "net_x0", .driver = "net_x", .up = true, .mtu = 1500, .counters = {.missed = 7}};
  link.report.mbufs = 8191;
  link.report.mbufs_free = 8190;
  return stats;
}

nlohmann::json FirstLink(const DaemonStats& stats) { return nlohmann::json::parse(StatsJson(stats))["links"][0]; }

TEST_CASE("A link's stats are its workers' together", "[stats]") {
  const nlohmann::json link = FirstLink(ThreePackets());
  CHECK(link["name"] == "wan0");
  CHECK(link["mode"] == "enforce");
  CHECK(link["affinity"] == "software");
  CHECK(link["packets"] == 3);
  CHECK(link["ledger"]["received"] == 3);
  CHECK(link["ledger"]["transmitted"] == 1);
  CHECK(link["ledger"]["dropped"] == 1);
  CHECK(link["ledger"]["lost"] == 1);
  CHECK(link["verdicts"]["drop"] == 1);
  CHECK(link["verdicts"]["pass"] == 0);
  CHECK(link["reasons"].size() == 1);
  CHECK(link["reasons"]["reputation_drop"] == 1);
  CHECK(link["mbufs"]["free"] == 8190);
}

TEST_CASE("Ports and workers are told apart", "[stats]") {
  const nlohmann::json link = FirstLink(ThreePackets());
  CHECK(link["ports"]["outside"]["received"] == 2);
  CHECK(link["ports"]["outside"]["lost"] == 1);
  CHECK(link["ports"]["outside"]["missed"] == 7);
  CHECK(link["ports"]["outside"]["link"] == "up");
  CHECK(link["ports"]["inside"]["received"] == 1);
  CHECK(link["ports"]["inside"]["link"] == "down");
  CHECK(link["workers"][0]["busy_share"] == 0.25);
  CHECK(link["workers"][1]["busy_share"] == 0.0);
  CHECK(link["workers"][1]["stalls"] == 2);
}

TEST_CASE("Only a running link has packets in flight", "[stats]") {
  DaemonStats stats = ThreePackets();
  CHECK_FALSE(FirstLink(stats)["ledger"].contains("in_flight"));
  stats.running = true;
  stats.links[0].report.workers[0].report.ledger.received += 5;
  CHECK(FirstLink(stats)["ledger"]["in_flight"] == 5);
}

TEST_CASE("Latency is null unless it is measured", "[stats]") {
  DaemonStats stats = ThreePackets();
  CHECK(FirstLink(stats)["latency_ns"].is_null());
  stats.links[0].latency = true;
  stats.links[0].report.workers[0].report.latency.Add(8, 3);
  CHECK(FirstLink(stats)["latency_ns"]["count"] == 3);
  CHECK(FirstLink(stats)["latency_ns"]["p99_9"] == 8);
}

TEST_CASE("The ledger for people says whether it balances", "[stats]") {
  DaemonStats stats = ThreePackets();
  CHECK_THAT(LedgerText(stats), Catch::Contains("received 3") && Catch::Contains("exact"));
  CHECK_THAT(LedgerText(stats), Catch::Contains("reputation_drop"));
  stats.links[0].report.workers[0].report.ledger.received += 1;
  CHECK_THAT(LedgerText(stats), Catch::Contains("DOES NOT BALANCE"));
}

TEST_CASE("A stats file is whole or the one before", "[stats]") {
  const std::string path = std::filesystem::temp_directory_path() / "picket_stats_test.json";
  REQUIRE(WriteWhole(path, "old").ok());
  REQUIRE(WriteWhole(path, "new").ok());
  std::ifstream file(path);
  CHECK(std::string(std::istreambuf_iterator<char>(file), {}) == "new");
  std::filesystem::remove(path);
  const absl::Status refused = WriteWhole("/no/such/folder/stats.json", "x");
  CHECK_THAT(std::string(refused.message()), Catch::Contains("/no/such/folder/stats.json: cannot write"));
}

}  // namespace
}  // namespace picket
