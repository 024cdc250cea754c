// SPDX-License-Identifier: Apache-2.0
#include <rte_ethdev.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>

#include "bench/devices/macswap.h"
#include "bench/devices/macswap_port.h"
#include "bench/devices/trials.h"
#include "bench/traffic_peer/frame.h"
#include "dataplane/io/dpdk_eal.h"

// What forwarding through a whole link costs beside the least that forwarding can cost; and that baseline as a program
// of its own, to be put where picketd stands.
namespace picket {
namespace {

constexpr size_t kStream = size_t{1} << 24;

struct Options {
  uint32_t core = 1;
  uint32_t control_core = 0;
  bool hugepages = false;
  uint32_t memory_mib = 1'024;
  uint32_t trials = 7;
  double seconds = 0.3;
  uint32_t entries = 100'000;
  std::vector<std::string> only;
  std::vector<std::string> devices;
};

#if defined(__AVX512F__)
constexpr uint32_t kCompiledSimdBits = 512;
#elif defined(__AVX2__)
constexpr uint32_t kCompiledSimdBits = 256;
#else
constexpr uint32_t kCompiledSimdBits = 128;
#endif

nlohmann::ordered_json Build() {
  return {{"march", PICKET_MARCH},
          {"compiler", __VERSION__},
          {"compiled_simd_bits", kCompiledSimdBits},
          {"simd_bits", SimdBits()}};
}

// Unicast addresses that do not repeat soon: even ones are listed, odd ones are not.
Address Host(uint64_t index, bool listed) {
  const auto spread = static_cast<uint32_t>(peer::Mix(index));
  return Address::V4((spread & 0x3fff'fffe) + 0x1000'0000 + (listed ? 0 : 1));
}

std::unique_ptr<ReputationTable> TableOf(uint32_t hosts, Verdict verdict) {
  std::vector<Listing> listings(hosts);
  for (uint32_t i = 0; i < hosts; ++i) {
    listings[i].entry.prefix = Prefix::Host(Host(i, true));
    listings[i].entry.verdict = verdict;
  }
  return std::make_unique<ReputationTable>(listings);
}

AddressStream StreamOf(uint32_t hosts, bool listed) {
  AddressStream stream(kStream);
  for (size_t i = 0; i < kStream; ++i) {
    const uint64_t index = listed ? peer::Mix(i) % hosts : i;
    stream[i] = __builtin_bswap32(static_cast<uint32_t>(Host(index, listed).low));
  }
  return stream;
}

void StartEalFor(const Options& o) {
  EalOptions eal;
  eal.huge_pages = o.hugepages;
  eal.memory_mib = o.memory_mib;
  eal.control_cpus = {o.control_core};
  eal.worker_cpus = {o.core};
  const absl::Status started = StartEal(eal);
  if (started.ok()) return;
  std::fprintf(stderr, "device_bench: %s\n", std::string(started.message()).c_str());
  std::exit(1);
}

// One thing that is measured in turn with the others.
//   verdict  of the listed hosts
struct Kind {
  const char* name;
  Network network;
  bool link;    // ours, not the baseline
  bool listed;  // all senders are, or none is
  Verdict verdict;
  bool forwards() const { return !listed || verdict != Verdict::kDrop; }
};
constexpr std::array<Kind, 6> kKinds{{{"macswap", Network::kCircle, false, false, Verdict::kDrop},
                                      {"forward", Network::kCircle, true, false, Verdict::kDrop},
                                      {"macswap_sourced", Network::kSource, false, false, Verdict::kDrop},
                                      {"forward_sourced", Network::kSource, true, false, Verdict::kDrop},
                                      {"pass_sourced", Network::kSource, true, true, Verdict::kPass},
                                      {"drop_sourced", Network::kSource, true, true, Verdict::kDrop}}};

int RunRings(const Options& o) {
  StartEalFor(o);
  const std::array<AddressStream, 2> streams{StreamOf(o.entries, false), StreamOf(o.entries, true)};
  GracePeriod grace(1);
  const Published<ReputationTable> drops(grace, TableOf(o.entries, Verdict::kDrop));
  const Published<ReputationTable> passes(grace, TableOf(o.entries, Verdict::kPass));
  std::map<std::string, std::vector<double>> ns;
  uint32_t number = 0;
  for (uint32_t i = 0; i < o.trials; ++i) {
    for (const Kind& kind : kKinds) {
      if (!o.only.empty() && std::find(o.only.begin(), o.only.end(), kind.name) == o.only.end()) continue;
      const Trial trial{o.core, number++, kind.network, o.seconds};
      const AddressStream& stream = streams[kind.listed ? 1 : 0];
      const Published<ReputationTable>& table = kind.verdict == Verdict::kDrop ? drops : passes;
      const Measured m = kind.link ? MeasureLink(trial, stream, table, grace) : MeasureMacswap(trial, stream);
      ns[kind.name].push_back(m.ns_per_packet);
      if (m.forwarded_share == (kind.forwards() ? 1 : 0) && m.ns_per_packet > 0) continue;
      std::fprintf(stderr, "device_bench: %s forwarded %f of the packets\n", kind.name, m.forwarded_share);
      return 1;
    }
  }
  nlohmann::ordered_json result = Build();
  result["entries"] = o.entries;
  result["hugepages"] = o.hugepages;
  result["ns"] = ns;
  std::printf("%s\n", result.dump().c_str());
  return 0;
}

// Forwards until SIGTERM, and says "ready" first, like picketd.
int RunAsProgram(const Options& o) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  StartEalFor(o);
  rte_mempool* pool = rte_pktmbuf_pool_create("macswap", 8'191, 256, 0, RTE_MBUF_DEFAULT_BUF_SIZE, SOCKET_ID_ANY);
  Macswap m;
  for (size_t i = 0; i < 2; ++i) m.ports[i] = OpenMacswapPort(o.devices[i], pool);
  if (!StartWorker(0, RunMacswap, &m).ok()) return 1;
  std::printf("device_bench: ready\n");
  std::fflush(stdout);
  int signal = 0;
  sigwait(&signals, &signal);
  m.stopping = true;
  JoinWorker(0);
  nlohmann::ordered_json result = Build();
  result["packets"] = m.packets.load();
  result["refused"] = m.refused.load();
  std::printf("%s\n", result.dump().c_str());
  std::fflush(stdout);
  return 0;
}

int Main(int argc, char** argv) {
  Options o;
  CLI::App app{"Measures a link's packet path beside a minimal one.", "device_bench"};
  app.require_subcommand(1);
  CLI::App* rings = app.add_subcommand("rings", "both on net_ring ports of this process; prints JSON");
  CLI::App* macswap = app.add_subcommand("macswap", "the baseline between two devices, until SIGTERM");
  for (CLI::App* command : {rings, macswap}) {
    command->add_option("--core", o.core, "the worker's CPU");
    command->add_option("--control-core", o.control_core);
    command->add_flag("--hugepages", o.hugepages);
    command->add_option("--memory-mib", o.memory_mib);
  }
  rings->add_option("--trials", o.trials);
  rings->add_option("--seconds", o.seconds, "of each trial");
  rings->add_option("--entries", o.entries);
  rings->add_option("--only", o.only, "of what is measured in turn");
  macswap->add_option("--device", o.devices)->required()->expected(2)->allow_extra_args(false);
  CLI11_PARSE(app, argc, argv);
  return rings->parsed() ? RunRings(o) : RunAsProgram(o);
}

}  // namespace
}  // namespace picket

int main(int argc, char** argv) { return picket::Main(argc, argv); }
