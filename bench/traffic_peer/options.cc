// SPDX-License-Identifier: Apache-2.0
#include "bench/traffic_peer/options.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <map>

namespace picket::peer {
namespace {

constexpr int kExitUsage = 2;

// "60,64-128,9000" as 60, 64, 65, ... 128, 9000. Empty when the text says nothing of the kind.
std::vector<uint32_t> Lengths(const std::string& text) {
  std::vector<uint32_t> lengths;
  const char* at = text.c_str();
  while (true) {
    char* end = nullptr;
    const uint64_t first = std::strtoull(at, &end, 10);
    if (end == at) return {};
    uint64_t last = first;
    if (*end == '-') {
      at = end + 1;
      last = std::strtoull(at, &end, 10);
    }
    if (end == at || first > last || last > kFrameBytesMax) return {};
    for (uint64_t n = first; n <= last; ++n) lengths.push_back(static_cast<uint32_t>(n));
    if (*end == '\0') return lengths;
    if (*end != ',') return {};
    at = end + 1;
  }
}

void AddEnvironment(CLI::App& app, Options& o) {
  app.add_option("--device", o.devices, "DPDK device string; twice: outside, then inside")
      ->required()
      ->allow_extra_args(false);
  app.add_option("--core", o.core, "the CPU that sends and receives");
  app.add_flag("--hugepages", o.hugepages, "memory from huge pages");
  app.add_option("--memory-mib", o.memory_mib)->check(CLI::Range(32, 65'536));
  app.add_option("--mbufs", o.mbufs)->check(CLI::Range(256, 1 << 20));
  app.add_option("--room", o.room_bytes, "data bytes of one mbuf")->check(CLI::Range(128, 16'384));
  app.add_option("--mtu", o.mtu, "of the devices; default what the longest frame needs");
  app.add_option("--simd", o.simd_bits, "largest SIMD register that DPDK may use")
      ->check(CLI::IsMember({64, 128, 256, 512}));
  app.add_option("--file-prefix", o.file_prefix, "of DPDK's files; default one of its own");
  app.add_option("--link-wait-s", o.link_wait_s, "how long to wait for the devices' links");
}

void AddTraffic(CLI::App& app, Options& o, std::string& lengths) {
  const std::map<std::string, Flow> flows{{"in", Flow::kIn}, {"out", Flow::kOut}, {"both", Flow::kBoth}};
  app.add_option("--flow", o.flow, "in: outside to inside; out; both")->transform(CLI::CheckedTransformer(flows));
  app.add_option("--frame", lengths, "frame lengths, used in turn: 60,128-256 (without the check sequence)");
  app.add_option("--segment", o.segment_bytes, "bytes of one mbuf segment")->check(CLI::Range(1, 16'384));
  app.add_option("--burst", o.burst)->check(CLI::Range(1, 64));
  app.add_option("--settle-ms", o.settle_ms, "with nothing arriving for so long, the rest is lost");
}

void AddCommands(CLI::App& app, Options& o, std::string& lengths) {
  CLI::App* exchange = app.add_subcommand("exchange", "a number of frames each way, each compared bit by bit");
  exchange->callback([&o] { o.command = Command::kExchange; });
  exchange->add_option("--send", o.send, "frames to send in each direction");
  exchange->add_option("--expect", o.expect, "frames that shall come back in each direction; default all");
  exchange->add_option("--window", o.window, "frames under way at once; 0: no limit");
  exchange->add_option("--deadline-s", o.deadline_s);
  exchange->add_option("--seed", o.seed, "of the frames' contents");
  exchange->add_flag("--random", o.random, "frames of random bytes instead of UDP over IPv4");
  exchange->add_flag("--untagged", o.untagged, "of these none that looks like VLAN");
  CLI::App* rate = app.add_subcommand("rate", "a stream of frames from 16,777,216 addresses, at a rate, for a while");
  rate->callback([&o] { o.command = Command::kRate; });
  rate->add_option("--rate", o.rate, "packets per second in each direction; 0: as fast as it goes");
  rate->add_option("--seconds", o.seconds);
  rate->add_option("--expect", o.expect, "end as soon as so many have come back");
  rate->add_option("--receive-after-s", o.receive_after_s, "until then leave what arrives in the devices");
  CLI::App* hold = app.add_subcommand("hold", "open the devices, then neither send nor receive");
  hold->callback([&o] { o.command = Command::kHold; });
  hold->add_option("--seconds", o.seconds);
  for (CLI::App* command : {exchange, rate, hold}) {
    AddEnvironment(*command, o);
    AddTraffic(*command, o, lengths);
  }
}

}  // namespace

Options ReadOptions(int argc, char** argv) {
  Options o;
  std::string lengths = "60";
  CLI::App app{"Plays the hosts on both sides of a Picket link and prints one line of JSON.", "picket-traffic"};
  app.require_subcommand(1);
  AddCommands(app, o, lengths);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::exit(app.exit(error) == 0 ? 0 : kExitUsage);
  }
  o.lengths = Lengths(lengths);
  if (o.lengths.empty() || o.devices.size() > 2) {
    std::fprintf(stderr, "picket-traffic: %s\n",
                 o.lengths.empty() ? "--frame wants lengths up to 9216, like 60,128-256" : "at most two devices");
    std::exit(kExitUsage);
  }
  if (o.file_prefix.empty()) o.file_prefix = "picket-traffic-" + std::to_string(getpid());
  return o;
}

}  // namespace picket::peer
