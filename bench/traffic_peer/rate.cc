// SPDX-License-Identifier: Apache-2.0
#include "bench/traffic_peer/rate.h"

#include <algorithm>
#include <array>

#include "bench/traffic_peer/numbered.h"
#include "bench/traffic_peer/run.h"
#include "dataplane/io/dpdk_unmap.h"

namespace picket::peer {
namespace {

constexpr uint32_t kBurstMax = 64;
constexpr double kBehindS = 0.005;
constexpr uint64_t kNumbersMax = 1ULL << 32;  // of the bit map that tells duplicates; touched as it fills

// One direction.
struct Stream {
  Stream(bool in, Devices& devices, const Options& options)
      : inward(in),
        from(&devices.From(in)),
        to(&devices.To(in)),
        frames(options.lengths, in, options.seed, NumbersOf(options)) {}

  static uint64_t NumbersOf(const Options& o) {
    const double most = (o.rate > 0 ? o.rate : 4e7) * o.seconds + 1'024;
    return static_cast<uint64_t>(std::min(most, static_cast<double>(kNumbersMax)));
  }

  bool inward;
  Device* from;
  Device* to;
  NumberedFrames frames;
  std::array<rte_mbuf*, kBurstMax> waiting;  // built, not yet accepted: [first, last)
  uint32_t first = 0;
  uint32_t last = 0;
  uint64_t built = 0;
  uint64_t skipped = 0;
  uint64_t sent = 0;
  std::array<uint64_t, 4> arrivals{};  // by Arrival
  uint64_t first_sent_ns = 0;
  uint64_t first_received_ns = 0;
  uint64_t last_received_ns = 0;

  uint64_t arrived(Arrival a) const { return arrivals[static_cast<size_t>(a)]; }
};

class Streamer {
 public:
  Streamer(Devices& devices, const Options& options) : devices_(devices), options_(options) {
    if (options.flow != Flow::kOut) streams_.emplace_back(true, devices, options);
    if (options.flow == Flow::kOut || devices.BothWays(options.flow)) streams_.emplace_back(false, devices, options);
  }

  nlohmann::ordered_json Run() {
    begin_ns_ = NowNs();
    receives_from_ns_ = begin_ns_ + static_cast<uint64_t>(options_.receive_after_s * 1e9);
    const uint64_t end_ns = begin_ns_ + static_cast<uint64_t>(options_.seconds * 1e9);
    uint64_t now = begin_ns_;
    Poller poller;
    while (!Stopped() && now < end_ns && !Enough()) {
      for (Stream& s : streams_) {
        SendSome(s, now);
        ReceiveSome(s, now);
      }
      const uint64_t before = now;
      now = NowNs();
      longest_gap_ns_ = std::max(longest_gap_ns_, now - before);
      poller.EndTurn();
    }
    sending_ns_ = now - begin_ns_;
    Drain(poller);
    return Result();
  }

 private:
  // How many frames are due by now. Those of more than kBehindS ago are left out, not made up for at a higher rate.
  uint64_t Due(Stream& s, uint64_t now) const {
    if (options_.rate <= 0) return options_.burst;
    const auto due = static_cast<uint64_t>(static_cast<double>(now - begin_ns_) / 1e9 * options_.rate);
    const uint64_t behind = due - std::min(due, s.built + s.skipped);
    const uint64_t kept = std::min(behind, kBurstMax + static_cast<uint64_t>(options_.rate * kBehindS));
    s.skipped += behind - kept;
    return kept;
  }

  void Fill(Stream& s, uint32_t count) {
    if (rte_pktmbuf_alloc_bulk(devices_.pool(), s.waiting.data(), count) != 0) return;
    for (uint32_t i = 0; i < count; ++i) {
      rte_mbuf*& mbuf = s.waiting[i];
      const uint32_t length = s.frames.length(s.built);
      if (length <= std::min<uint32_t>(options_.segment_bytes, rte_pktmbuf_tailroom(mbuf))) {
        s.frames.Write(rte_pktmbuf_mtod(mbuf, uint8_t*), s.built);
        mbuf->data_len = static_cast<uint16_t>(length);
        mbuf->pkt_len = length;
      } else {
        rte_pktmbuf_free(mbuf);
        scratch_.resize(length);
        s.frames.Write(scratch_.data(), s.built);
        mbuf = CopyToMbufs(devices_.pool(), scratch_, options_.segment_bytes);
        if (mbuf == nullptr) return rte_pktmbuf_free_bulk(s.waiting.data() + i + 1, count - i - 1);
      }
      ++s.built;
      s.last = i + 1;
    }
  }

  void SendSome(Stream& s, uint64_t now) {
    if (s.first == s.last) {
      s.first = s.last = 0;
      const uint64_t due = Due(s, now);
      if (due != 0) Fill(s, static_cast<uint32_t>(std::min<uint64_t>(due, options_.burst)));
      if (s.last == 0) return;
    }
    const uint32_t accepted = s.from->Send({s.waiting.data() + s.first, s.last - s.first});
    s.first += accepted;
    s.sent += accepted;
    if (accepted != 0 && s.first_sent_ns == 0) s.first_sent_ns = now;
  }

  uint32_t ReceiveSome(Stream& s, uint64_t now) {
    if (now < receives_from_ns_) return 0;
    std::array<rte_mbuf*, kBurstMax> burst;
    const uint32_t count = s.to->Receive(burst);
    if (count == 0) return 0;
    for (uint32_t i = 0; i < count; ++i) ++s.arrivals[static_cast<size_t>(s.frames.Check(BytesOf(burst[i], scratch_)))];
    rte_pktmbuf_free_bulk(burst.data(), count);
    if (s.first_received_ns == 0) s.first_received_ns = NowNs();
    s.last_received_ns = now;
    return count;
  }

  bool Enough() const {
    return std::all_of(streams_.begin(), streams_.end(),
                       [this](const Stream& s) { return s.arrived(Arrival::kWhole) >= options_.expect; });
  }

  void Drain(Poller& poller) {
    uint64_t last_ns = NowNs();
    for (uint64_t now = last_ns; now - last_ns < options_.settle_ms * 1'000'000ULL; now = NowNs()) {
      bool complete = true;
      for (Stream& s : streams_) {
        if (ReceiveSome(s, now) != 0) last_ns = now;
        complete = complete && s.arrived(Arrival::kWhole) >= s.sent;
      }
      poller.EndTurn();
      if (complete || Stopped()) break;
    }
  }

  nlohmann::ordered_json DirectionOf(const Stream& s) const {
    const uint64_t whole = s.arrived(Arrival::kWhole);
    const uint64_t receiving_ns = s.last_received_ns - s.first_received_ns;
    const auto mpps = [](uint64_t n, uint64_t ns) {
      return ns == 0 ? 0.0 : static_cast<double>(n) * 1e3 / static_cast<double>(ns);
    };
    return {{"sent", s.sent},
            {"skipped", s.skipped},
            {"received", whole},
            {"lost", s.sent - std::min(s.sent, whole + s.arrived(Arrival::kAltered))},
            {"duplicated", s.arrived(Arrival::kDuplicated)},
            {"altered", s.arrived(Arrival::kAltered)},
            {"foreign", s.arrived(Arrival::kForeign)},
            {"sent_mpps", mpps(s.sent, sending_ns_)},
            {"received_mpps", mpps(whole, s.last_received_ns <= s.first_received_ns ? 0 : receiving_ns)},
            {"first_sent_ns", s.first_sent_ns},
            {"first_received_ns", s.first_received_ns}};
  }

  nlohmann::ordered_json Result() {
    nlohmann::ordered_json directions;
    bool complete = true;
    for (Stream& s : streams_) {
      rte_pktmbuf_free_bulk(s.waiting.data() + s.first, s.last - s.first);
      directions[s.inward ? "in" : "out"] = DirectionOf(s);
      complete = complete && s.arrived(Arrival::kWhole) == s.sent && s.arrived(Arrival::kAltered) == 0 &&
                 s.arrived(Arrival::kDuplicated) == 0;
    }
    return {{"directions", directions}, {"complete", complete}, {"longest_gap_ns", longest_gap_ns_}};
  }

  Devices& devices_;
  const Options& options_;
  std::vector<Stream> streams_;
  std::vector<uint8_t> scratch_;
  uint64_t begin_ns_ = 0;
  uint64_t receives_from_ns_ = 0;
  uint64_t longest_gap_ns_ = 0;  // between two looks at the devices
  uint64_t sending_ns_ = 0;
};

}  // namespace

nlohmann::ordered_json Rate(Devices& devices, const Options& options) {
  if (*std::min_element(options.lengths.begin(), options.lengths.end()) < kNumberedBytesMin) {
    return {{"error", "rate wants frames of at least 60 bytes"}, {"complete", false}};
  }
  return Streamer(devices, options).Run();
}

}  // namespace picket::peer
