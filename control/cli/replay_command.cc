// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <vector>

#include "control/cli/commands.h"
#include "control/cli/replay_output.h"
#include "control/verdict_file.h"

namespace picket {
namespace {

constexpr uint64_t kProgressPackets = uint64_t{1} << 18;

struct ReplayOptions {
  std::string capture;
  SetupOptions setup;
  std::string passed_path;
  std::string dropped_path;
  std::string verdicts_path;
  OutputFormat format = OutputFormat::kTable;
};

bool Complain(const absl::Status& status) {
  if (status.ok()) return false;
  std::fprintf(stderr, "%s\n", std::string(status.message()).c_str());
  return true;
}

ReplayVisitor Visitor(VerdictFile* verdicts) {
  const bool progress = isatty(STDERR_FILENO) == 1;
  return [verdicts, progress](const JudgedPacket& packet) {
    if (progress && packet.number % kProgressPackets == 0) {
      std::fprintf(stderr, "\r%llu packets", static_cast<unsigned long long>(packet.number));
    }
    return verdicts == nullptr ? absl::OkStatus() : verdicts->Write(packet);
  };
}

// Replays and closes every file; false after a complaint. A capture that merely ends early, as one does whose writer
// was killed, is judged as far as it goes: that is said, but is no failure.
bool Judge(CapturePort& port, const Setup& setup, WorkerState& worker, VerdictFile* verdicts, bool& truncated) {
  const absl::Status replayed = Replay(port, setup, worker, Visitor(verdicts));
  truncated = absl::IsDataLoss(replayed);
  bool failed = Complain(replayed) && !truncated;
  failed = Complain(port.Close()) || failed;
  if (verdicts != nullptr) failed = Complain(verdicts->Close()) || failed;
  return !failed;
}

bool IsSameFile(const std::string& a, const std::string& b) {
  std::error_code absent;
  if (std::filesystem::is_character_file(a, absent)) return false;
  const auto canonical = [&absent](const std::string& path) {
    return std::filesystem::weakly_canonical(std::filesystem::absolute(path, absent), absent);
  };
  return canonical(a) == canonical(b) || std::filesystem::equivalent(a, b, absent);
}

// An output that is also an input, or another output, would destroy it as soon as it is opened.
bool OutputsAreApart(const ReplayOptions& options, const Setup& setup) {
  std::vector<std::string> taken = {options.capture};
  if (!options.setup.config_path.empty()) taken.push_back(options.setup.config_path);
  for (const FeedSummary& feed : setup.feeds) taken.push_back(feed.file);
  for (const std::string* output : {&options.passed_path, &options.dropped_path, &options.verdicts_path}) {
    if (output->empty()) continue;
    const auto clash = std::find_if(taken.begin(), taken.end(),
                                    [output](const std::string& path) { return IsSameFile(*output, path); });
    if (clash != taken.end()) {
      std::fprintf(stderr, "%s: would overwrite %s; write to another file\n", output->c_str(), clash->c_str());
      return false;
    }
    taken.push_back(*output);
  }
  return true;
}

int RunReplay(const ReplayOptions& options) {
  const absl::StatusOr<std::unique_ptr<CapturePort>> port = CapturePort::Open(options.capture);
  if (Complain(port.status())) return kExitFailed;
  const std::unique_ptr<Setup> setup = LoadSetupOrComplain(options.setup, (*port)->start());
  if (setup == nullptr || !OutputsAreApart(options, *setup)) return kExitUsage;
  if (Complain((*port)->WriteTo(options.passed_path, options.dropped_path))) return kExitFailed;
  std::unique_ptr<VerdictFile> verdicts;
  if (!options.verdicts_path.empty()) {
    absl::StatusOr<std::unique_ptr<VerdictFile>> created = VerdictFile::Create(options.verdicts_path);
    if (Complain(created.status())) return kExitFailed;
    verdicts = std::move(*created);
  }
  WorkerState worker(setup->limits, setup->seed);
  const auto begin = std::chrono::steady_clock::now();
  bool truncated = false;
  const bool judged = Judge(**port, *setup, worker, verdicts.get(), truncated);
  const ReplayReport report{options.capture,   *setup,    worker,
                            (*port)->ledger(), truncated, std::chrono::steady_clock::now() - begin};
  const std::string text = options.format == OutputFormat::kJson ? ReplayJson(report) : ReplayTable(report);
  std::fputs(text.c_str(), stdout);
  return judged ? kExitOk : kExitFailed;
}

}  // namespace

void AddReplayCommand(CLI::App& app, int& exit) {
  CLI::App* command = app.add_subcommand("replay", "judge every packet of a capture, on its own clock");
  const auto options = std::make_shared<ReplayOptions>();
  command->add_option("CAPTURE", options->capture, "pcap or pcapng, gzip-compressed or not")->required();
  AddSetupOptions(*command, options->setup);
  command->add_option("--write-passed", options->passed_path, "write forwarded packets to this capture");
  command->add_option("--write-dropped", options->dropped_path, "write dropped packets to this capture");
  command->add_option("--write-verdicts", options->verdicts_path, "write one JSON line per packet to this file");
  AddOutputOption(*command, options->format);
  command->callback([options, &exit] { exit = RunReplay(*options); });
}

}  // namespace picket
