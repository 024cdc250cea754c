// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <map>
#include <memory>
#include <set>

#include "control/cli/commands.h"
#include "control/cli/explain_output.h"
#include "control/packet_text.h"
#include "control/replay.h"

namespace picket {
namespace {

constexpr size_t kPacketBytesMax = 65'600;
constexpr uint64_t kExplainedDefault = 10;

constexpr uint64_t kAtMax = 9'223'372'036;

uint64_t WallClock() { return static_cast<uint64_t>(std::time(nullptr)); }

struct ExplainOptions {
  std::string subject;  // address, hex bytes or capture
  SetupOptions setup;
  OutputFormat format = OutputFormat::kTable;
  std::string scope;
  LinkLayer link_layer = LinkLayer::kEthernet;
  std::string direction;
  uint64_t at_s = WallClock();
  std::vector<uint64_t> numbers;
  uint64_t limit = kExplainedDefault;
};

void Print(const PacketExplanation& explanation, const Setup& setup, OutputFormat format) {
  const std::string text = format == OutputFormat::kJson ? PacketExplanationJson(explanation, setup)
                                                         : PacketExplanationText(explanation, setup);
  std::fputs(text.c_str(), stdout);
}

int Complain(const std::string& message, ExitCode exit) {
  std::fprintf(stderr, "%s\n", message.c_str());
  return exit;
}

int ExplainIp(const ExplainOptions& options) {
  const std::optional<Address> address = ParseAddress(options.subject);
  if (!address) return Complain(options.subject + ": not an IPv4 or IPv6 address", kExitUsage);
  std::optional<Scope> scope;
  if (!options.scope.empty()) {
    scope = ParseScope(options.scope);
    const bool one_port =
        scope && (scope->ports.empty() || (scope->ports.size() == 1 && scope->ports[0].first == scope->ports[0].last));
    if (!one_port) return Complain(options.scope + ": not PROTOCOL or PROTOCOL/PORT, such as tcp/22", kExitUsage);
  }
  const Tick now = Tick::FromSeconds(options.at_s);
  const std::unique_ptr<Setup> setup = LoadSetupOrComplain(options.setup, Tick::FromSeconds(WallClock()));
  if (setup == nullptr) return kExitUsage;
  const AddressExplanation explanation = ExplainAddress(*address, scope, *setup, now);
  const std::string text = options.format == OutputFormat::kJson ? AddressExplanationJson(explanation, *setup)
                                                                 : AddressExplanationText(explanation, *setup);
  std::fputs(text.c_str(), stdout);
  return kExitOk;
}

std::string ReadAll(std::FILE* file, size_t bytes_max) {
  std::string text(bytes_max, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), file));
  return text;
}

int ExplainHex(const ExplainOptions& options) {
  const std::string hex = options.subject == "-" ? ReadAll(stdin, 4 * kPacketBytesMax) : options.subject;
  const std::optional<std::vector<uint8_t>> frame = ParseHex(hex, kPacketBytesMax);
  if (!frame)
    return Complain("not an even number of hex digits, or more than 65,600 bytes; try `xxd -p FILE`", kExitUsage);
  const Tick now = Tick::FromSeconds(options.at_s);
  const std::unique_ptr<Setup> setup = LoadSetupOrComplain(options.setup, Tick::FromSeconds(WallClock()));
  if (setup == nullptr) return kExitUsage;
  const auto bytes = static_cast<uint32_t>(frame->size());
  const PacketView view{frame->data(), bytes, bytes, options.link_layer};
  Batch batch;
  batch.Add(view, DirectionOf(view, setup->protected_prefixes));
  if (!options.direction.empty()) {
    batch.direction[0] = options.direction == "outward" ? Direction::kOutward : Direction::kInward;
  }
  WorkerState worker(setup->limits, setup->seed);
  RunPipeline(batch, setup->policy, *setup->table, worker, now);
  Print(ExplainPacket({1, now, batch, 0}, *setup), *setup, options.format);
  return kExitOk;
}

bool IsWanted(const JudgedPacket& packet, const ExplainOptions& options) {
  if (options.numbers.empty()) return packet.batch.reason[packet.slot] != Reason::kNone;
  return std::find(options.numbers.begin(), options.numbers.end(), packet.number) != options.numbers.end();
}

int ExplainCapture(const ExplainOptions& options) {
  const absl::StatusOr<std::unique_ptr<CapturePort>> port = CapturePort::Open(options.subject);
  if (!port.ok()) return Complain(std::string(port.status().message()), kExitFailed);
  const std::unique_ptr<Setup> setup = LoadSetupOrComplain(options.setup, (*port)->start());
  if (setup == nullptr) return kExitUsage;
  WorkerState worker(setup->limits, setup->seed);
  const std::set<uint64_t> numbers(options.numbers.begin(), options.numbers.end());
  const uint64_t wanted = numbers.empty() ? options.limit : numbers.size();
  uint64_t explained = 0;
  const absl::Status replayed = Replay(**port, *setup, worker, [&](const JudgedPacket& packet) {
    if (!IsWanted(packet, options)) return absl::OkStatus();
    Print(ExplainPacket(packet, *setup), *setup, options.format);
    return ++explained == wanted ? absl::CancelledError() : absl::OkStatus();
  });
  if (!replayed.ok() && !absl::IsCancelled(replayed) && !absl::IsDataLoss(replayed)) {
    return Complain(std::string(replayed.message()), kExitFailed);
  }
  if (explained == 0 || explained < numbers.size()) {
    std::fprintf(stderr, "%s: %s\n", options.subject.c_str(),
                 options.numbers.empty() ? "every packet passed without a reason" : "it has no packet of that number");
    return kExitNotFound;
  }
  return kExitOk;
}

CLI::App* AddSubject(CLI::App& explain, const std::string& name, const std::string& what, const std::string& subject,
                     const std::string& subject_help, ExplainOptions& options) {
  CLI::App* command = explain.add_subcommand(name, what);
  command->add_option(subject, options.subject, subject_help)->required();
  AddSetupOptions(*command, options.setup);
  AddOutputOption(*command, options.format);
  return command;
}

void AddPacketOptions(CLI::App& command, ExplainOptions& options) {
  static const std::map<std::string, LinkLayer> kLinkLayers = {{"ethernet", LinkLayer::kEthernet},
                                                               {"raw", LinkLayer::kRawIp},
                                                               {"sll", LinkLayer::kLinuxCooked},
                                                               {"sll2", LinkLayer::kLinuxCooked2},
                                                               {"bsd_loopback", LinkLayer::kBsdLoopback}};
  command.add_option("--link-layer", options.link_layer, "what the first byte belongs to; default: ethernet")
      ->transform(CLI::CheckedTransformer(kLinkLayers));
  command.add_option("--direction", options.direction, "inward or outward; default: by the protected prefixes")
      ->check(CLI::IsMember({"inward", "outward"}));
}

}  // namespace

void AddExplainCommand(CLI::App& app, int& exit) {
  CLI::App* explain = app.add_subcommand("explain", "why an address or packet is judged as it is");
  explain->require_subcommand(1);
  const auto options = std::make_shared<ExplainOptions>();

  CLI::App* ip =
      AddSubject(*explain, "ip", "what the lists say of an address", "ADDRESS", "IPv4 or IPv6 address", *options);
  ip->add_option("--scope", options->scope, "ask for one protocol and port, such as tcp/22");
  ip->add_option("--at", options->at_s, "seconds since 1970, default now; entries that expired by then do not count")
      ->check(CLI::Range(uint64_t{0}, kAtMax));
  ip->callback([options, &exit] { exit = ExplainIp(*options); });

  CLI::App* packet = AddSubject(*explain, "packet", "every stage's decision on one frame", "HEX",
                                "the frame as hex digits, or - to read them", *options);
  AddPacketOptions(*packet, *options);
  packet->add_option("--at", options->at_s,
                     "seconds since 1970, default now; entries that expired by then do not count");
  packet->callback([options, &exit] { exit = ExplainHex(*options); });

  CLI::App* pcap = AddSubject(*explain, "pcap", "every stage's decision on packets of a capture", "CAPTURE",
                              "pcap or pcapng; the packets before are judged first", *options);
  pcap->add_option("--packet", options->numbers, "explain the packet of this number, from 1; may be repeated")
      ->allow_extra_args(false);
  pcap->add_option("--limit", options->limit, "without --packet: explain the first so many that have a reason");
  pcap->callback([options, &exit] { exit = ExplainCapture(*options); });
}

}  // namespace picket
