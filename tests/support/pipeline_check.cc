// SPDX-License-Identifier: Apache-2.0
#include "tests/support/pipeline_check.h"

#include <algorithm>
#include <cstring>
#include <numeric>

#include "dataplane/stages/parse.h"
#include "dataplane/stages/parse_plain.h"
#include "tests/support/batch_builder.h"
#include "tests/support/listing_builder.h"
#include "tests/support/naive_parse.h"

namespace picket {
namespace {

std::string CheckOffsets(const PacketView& packet, Reason reason, const Headers& h) {
  const int links = h.Has(Layer::kIpv4) + h.Has(Layer::kIpv6) + h.Has(Layer::kArp) + h.Has(Layer::kOther);
  if (links != 1) return "not exactly one of ipv4, ipv6, arp, other";
  if (reason == Reason::kNone && h.proved == Proved::kNothing) return "sound, but nothing proved";
  if (h.proved == Proved::kNothing) return h.has_ports ? "ports without IP" : "";
  const uint32_t ip_bytes = h.family == Family::kIpv4 ? 20 : 40;
  if (h.transport_offset < h.ip_offset + ip_bytes) return "transport inside the IP header";
  if (h.transport_offset > packet.bytes) return "transport beyond the frame";
  if (reason == Reason::kNone && !h.IsLaterFragment() && h.proved != Proved::kTransport) return "transport not proved";
  if (h.proved != Proved::kTransport) return h.has_ports ? "ports without transport" : "";
  if (h.payload_offset < h.transport_offset) return "payload before transport";
  if (h.has_ports && h.payload_offset < h.transport_offset + 8U) return "ports without a header";
  if (h.payload_offset + h.payload_bytes > packet.bytes) return "payload beyond the frame";
  return "";
}

// Reads every byte that the headers promise, for AddressSanitizer to see.
std::string TouchPayload(const PacketView& packet, const Headers& h) {
  if (h.proved != Proved::kTransport) return "";
  const std::span<const uint8_t> payload = Payload(packet, h);
  const uint64_t sum = std::accumulate(payload.begin(), payload.end(), uint64_t{0});
  return sum > uint64_t{255} * payload.size() ? "bytes above 255" : "";
}

std::string CheckSlot(const Batch& batch, uint32_t slot) {
  const Verdict verdict = batch.verdict[slot];
  const Reason reason = batch.reason[slot];
  if (static_cast<size_t>(reason) >= kReasonCount) return "no such reason";
  if (!Forwards(verdict) && verdict != Verdict::kLimit && verdict != Verdict::kDrop) return "no such verdict yet";
  if (batch.mode[slot] == Mode::kOff) {
    return verdict == Verdict::kPass && reason == Reason::kModeOff ? "" : "judged in mode off";
  }
  if (reason == Reason::kModeOff) return "off outside mode off";
  if (batch.mode[slot] == Mode::kMonitor && !Forwards(verdict)) return "refused in mode monitor";
  if (Info(reason).kind == ReasonKind::kNote && !Forwards(verdict)) return "refused for a mere note";
  if ((verdict == Verdict::kAllow) != (reason == Reason::kReputationAllow)) return "allow without an entry";
  const bool limited = reason == Reason::kReputationLimit || reason == Reason::kFragFollows;
  if (verdict == Verdict::kLimit && !limited) return "limit without a rate";
  return "";
}

// The short way through parse and the long one say the same.
std::string CheckPlain(const PacketView& packet, Reason reason, const Headers& headers) {
  Headers plain;
  if (!ParsePlain(packet, plain)) return "";
  if (reason != Reason::kNone) return "plain, but refused as " + std::string(Name(reason));
  return std::memcmp(&plain, &headers, sizeof plain) == 0 ? "" : "plain headers differ";
}

std::vector<Prefix> Prefixes(const std::vector<const char*>& texts) {
  std::vector<Prefix> prefixes;
  for (const char* text : texts) prefixes.push_back(*ParsePrefix(text));
  return prefixes;
}

LinkPolicy PolicyOf(Mode mode, FragmentHandling handling, Verdict overlap, Verdict malformed) {
  LinkPolicy policy;
  policy.mode = mode;
  policy.prefix_modes = {{*ParsePrefix("198.51.100.0/28"), Mode::kMonitor},
                         {*ParsePrefix("10.0.0.0/12"), Mode::kOff},
                         {*ParsePrefix("fe80::/10"), Mode::kEnforce}};
  policy.ipv4_fragments = policy.ipv6_fragments = {.handling = handling, .overlap = overlap};
  policy.malformed.verdict.fill(malformed);
  policy.rate_classes = {
      {.name = "packets", .unit = RateUnit::kPackets, .key = RateKey::kHost, .rate_per_s = 10, .burst = 10},
      {.name = "bytes", .unit = RateUnit::kBytes, .key = RateKey::kSubnet64, .rate_per_s = 10'000, .burst = 3'000},
      {.name = "prefix", .unit = RateUnit::kPackets, .key = RateKey::kPrefix, .rate_per_s = 3, .burst = 5}};
  return policy;
}

std::vector<Listing> Listings() {
  return {List(Tier::kFeed, "0.0.0.0/2", Verdict::kDrop, "udp/1-100"),
          List(Tier::kFeed, "64.0.0.0/2", Verdict::kDrop),
          Rated(0, List(Tier::kFeed, "128.0.0.0/1", Verdict::kLimit)),
          List(Tier::kFeed, "192.0.2.1", Verdict::kDrop, "udp/53"),
          List(Tier::kOperator, "192.168.0.0/16", Verdict::kAllow, "tcp"),
          List(Tier::kNeverBlock, "203.0.113.0/24", Verdict::kPass),
          List(Tier::kFeed, "::/0", Verdict::kMonitor, "icmp6"),
          Rated(1, List(Tier::kFeed, "2000::/3", Verdict::kLimit)),
          List(Tier::kFeed, "2001:db8::/32", Verdict::kDrop, "tcp/443"),
          Until(Tick::FromSeconds(600), List(Tier::kFleet, "fe80::/10", Verdict::kDecoy)),
          List(Tier::kFeed, "192.168.0.0/16", Verdict::kDropNew, "udp"),
          List(Tier::kFeed, "172.16.0.0/12", Verdict::kChallenge),
          List(Tier::kFeed, "10.16.0.0/12", Verdict::kConfine),
          List(Tier::kFeed, "10.32.0.0/11", Verdict::kPass),
          Rated(2, List(Tier::kFeed, "192.0.2.8/30", Verdict::kLimit)),
          Rated(2, List(Tier::kFeed, "192.0.2.12/30", Verdict::kLimit)),
          Rated(2, List(Tier::kFeed, "2001:db8::8/125", Verdict::kLimit))};
}

}  // namespace

std::string CheckParse(const PacketView& packet) {
  Headers headers;
  const Reason reason = ParseFrame(packet, headers);
  if (reason != Reason::kNone && Info(reason).stage != "parse") return "a reason of another stage";
  for (const std::string& flaw :
       {CheckOffsets(packet, reason, headers), TouchPayload(packet, headers), CheckPlain(packet, reason, headers)}) {
    if (!flaw.empty()) return flaw;
  }
  return Difference(NaiveParse(packet), reason, headers);
}

std::string CheckJudged(const Batch& batch) {
  for (const uint32_t slot : batch.All()) {
    const std::string flaw = CheckSlot(batch, slot);
    if (!flaw.empty()) return "slot " + std::to_string(slot) + ": " + flaw;
  }
  return "";
}

std::string CheckCounters(const Counters& counters) {
  const auto sum = [](const auto& counts) { return std::accumulate(counts.begin(), counts.end(), uint64_t{0}); };
  if (sum(counters.verdicts) != counters.packets) return "verdicts do not sum to the packets";
  if (sum(counters.reasons) != counters.packets) return "reasons do not sum to the packets";
  if (*std::max_element(counters.layers.begin(), counters.layers.end()) > counters.packets) return "too many layers";
  return "";
}

std::vector<CheckedPipeline> CheckedPipelines(uint64_t seed) {
  const ReputationTable table(Listings());
  const WorkerLimits tiny{.fragment_datagrams = 8, .limiter_buckets = 4, .prefix_buckets = 4};
  using enum Verdict;
  std::vector<CheckedPipeline> pipelines;
  const auto add = [&](Mode mode, FragmentHandling handling, Verdict overlap, Verdict malformed,
                       Verdict anti_spoof = kPass) {
    LinkPolicy policy = PolicyOf(mode, handling, overlap, malformed);
    policy.anti_spoof = {anti_spoof, Prefixes({"192.0.2.8/29", "2001:db8::8/125"}),
                         Prefixes({"192.0.2.0/29", "2001:db8::/125"})};
    pipelines.push_back({PipelinePolicy(std::move(policy)), table, WorkerState(tiny, seed)});
  };
  add(Mode::kEnforce, FragmentHandling::kInspect, kDrop, kDrop);
  add(Mode::kEnforce, FragmentHandling::kInspect, kMonitor, kPass);
  add(Mode::kEnforce, FragmentHandling::kPass, kPass, kMonitor);
  add(Mode::kMonitor, FragmentHandling::kInspect, kDrop, kDrop);
  add(Mode::kEnforce, FragmentHandling::kDrop, kDrop, kPass);
  add(Mode::kOff, FragmentHandling::kInspect, kDrop, kDrop);
  add(Mode::kEnforce, FragmentHandling::kInspect, kDrop, kPass, kDrop);
  add(Mode::kEnforce, FragmentHandling::kInspect, kMonitor, kDrop, kMonitor);
  return pipelines;
}

std::string CheckPipeline(const std::vector<Frame>& frames, CheckedPipeline& pipeline, Tick now) {
  BatchBuilder batch;
  for (const Frame& frame : frames) {
    batch.Add(frame, batch->size % 3 == 2 ? Direction::kOutward : Direction::kInward);
  }
  const uint64_t before = pipeline.worker.counters.packets;
  RunPipeline(*batch, pipeline.policy, pipeline.table, pipeline.worker, now);
  if (pipeline.worker.counters.packets != before + frames.size()) return "not every packet was counted";
  for (const std::string& flaw : {CheckJudged(*batch), CheckCounters(pipeline.worker.counters)}) {
    if (!flaw.empty()) return flaw;
  }
  for (const uint32_t slot : batch->All()) {
    const std::string flaw = CheckParse(batch->packet[slot]);
    if (!flaw.empty()) return "slot " + std::to_string(slot) + ": " + flaw;
  }
  return "";
}

}  // namespace picket
