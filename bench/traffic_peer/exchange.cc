// SPDX-License-Identifier: Apache-2.0
#include "bench/traffic_peer/exchange.h"

#include <array>
#include <unordered_map>

#include "bench/traffic_peer/frame.h"
#include "bench/traffic_peer/run.h"
#include "dataplane/io/dpdk_unmap.h"

namespace picket::peer {
namespace {

constexpr uint32_t kBurstMax = 64;
constexpr uint32_t kEthertypeAt = 12;
constexpr uint8_t kNoVlan = 0x40;  // neither 0x8100 nor 0x88a8, nor 0x9100 with it
constexpr uint64_t kWindowReopensNs = 50'000'000;

// How often a frame was sent and not yet received; frames that are alike (such as empty ones) share an entry.
struct Copies {
  uint32_t under_way = 0;
  uint32_t arrived = 0;
};

// One direction.
//   shapes  given_up: frames that the window no longer waits for; they may still arrive
struct Leg {
  bool inward = true;
  Device* from = nullptr;
  Device* to = nullptr;
  std::unordered_map<uint64_t, Copies> frames;
  std::vector<rte_mbuf*> refused;
  uint64_t built = 0;
  uint64_t sent = 0;
  uint64_t received = 0;
  uint64_t given_up = 0;
  uint64_t duplicated = 0;
  uint64_t altered = 0;
  uint64_t last_event_ns = 0;
};

class Exchanger {
 public:
  Exchanger(Devices& devices, const Options& options) : devices_(devices), options_(options) {
    if (options.flow != Flow::kOut) AddLeg(true);
    if (options.flow == Flow::kOut || devices.BothWays(options.flow)) AddLeg(false);
    expected_ = options.expect == UINT64_MAX ? options.send : options.expect;
  }

  nlohmann::ordered_json Run() {
    const uint64_t deadline = NowNs() + static_cast<uint64_t>(options_.deadline_s * 1e9);
    Poller poller;
    while (!Stopped() && NowNs() < deadline && !Finished()) {
      for (Leg& leg : legs_) {
        SendSome(leg);
        ReceiveSome(leg);
      }
      poller.EndTurn();
    }
    return Result();
  }

 private:
  void AddLeg(bool inward) {
    Leg& leg = legs_.emplace_back();
    leg.inward = inward;
    leg.from = &devices_.From(inward);
    leg.to = &devices_.To(inward);
    leg.last_event_ns = NowNs();
  }

  rte_mbuf* Build(Leg& leg) {
    const uint64_t index = leg.built;
    buffer_.resize(options_.lengths[index % options_.lengths.size()]);
    const uint64_t seed = Mix(options_.seed * 2 + (leg.inward ? 1 : 0)) + index;
    if (options_.random) {
      BuildRandomFrame(buffer_, seed);
      if (options_.untagged && buffer_.size() > kEthertypeAt) buffer_[kEthertypeAt] |= kNoVlan;
    } else {
      BuildUdpFrame(buffer_, index, leg.inward, seed);
    }
    rte_mbuf* mbuf = CopyToMbufs(devices_.pool(), buffer_, options_.segment_bytes);
    if (mbuf == nullptr) return nullptr;
    ++leg.built;
    ++leg.frames[Digest(buffer_)].under_way;
    return mbuf;
  }

  uint64_t Room(const Leg& leg) const {
    const uint64_t left = options_.send - leg.built;
    if (options_.window == 0) return left;
    const uint64_t under_way = leg.built - std::min(leg.built, leg.received + leg.given_up);
    return std::min<uint64_t>(left, options_.window - std::min<uint64_t>(options_.window, under_way));
  }

  void SendSome(Leg& leg) {
    std::vector<rte_mbuf*>& burst = leg.refused;
    for (uint64_t room = Room(leg); room > 0 && burst.size() < options_.burst; --room) {
      rte_mbuf* mbuf = Build(leg);
      if (mbuf == nullptr) break;
      burst.push_back(mbuf);
    }
    if (burst.empty()) return;
    const uint32_t accepted = leg.from->Send(burst);
    burst.erase(burst.begin(), burst.begin() + accepted);
    leg.sent += accepted;
    if (accepted != 0) leg.last_event_ns = NowNs();
  }

  void ReceiveSome(Leg& leg) {
    std::array<rte_mbuf*, kBurstMax> burst;
    const uint32_t count = leg.to->Receive(burst);
    for (uint32_t i = 0; i < count; ++i) Compare(leg, BytesOf(burst[i], buffer_));
    rte_pktmbuf_free_bulk(burst.data(), count);
    const uint64_t now = NowNs();
    if (count != 0) leg.last_event_ns = now;
    if (now - leg.last_event_ns > kWindowReopensNs) leg.given_up = leg.sent - std::min(leg.sent, leg.received);
  }

  static void Compare(Leg& leg, std::span<const uint8_t> frame) {
    const auto found = leg.frames.find(Digest(frame));
    if (found == leg.frames.end()) {
      ++leg.altered;
    } else if (found->second.arrived == found->second.under_way) {
      ++leg.duplicated;
    } else {
      ++found->second.arrived;
      ++leg.received;
    }
  }

  // A leg that has everything lingers a little: frames that come twice are late.
  bool Finished() const {
    const uint64_t now = NowNs();
    for (const Leg& leg : legs_) {
      const bool all_sent = leg.built == options_.send && leg.refused.empty();
      const uint64_t patience_ns = (leg.received >= expected_ ? 20 : options_.settle_ms) * 1'000'000ULL;
      const bool stuck = now - leg.last_event_ns > patience_ns && now - leg.last_event_ns > kWindowReopensNs;
      if (!stuck || (!all_sent && !Hopeless(leg, now))) return false;
    }
    return true;
  }

  bool Hopeless(const Leg& leg, uint64_t now) const {
    return now - leg.last_event_ns > uint64_t{4} * options_.settle_ms * 1'000'000;
  }

  nlohmann::ordered_json Result() {
    nlohmann::ordered_json directions;
    bool complete = true;
    for (Leg& leg : legs_) {
      rte_pktmbuf_free_bulk(leg.refused.data(), static_cast<uint32_t>(leg.refused.size()));
      complete =
          complete && leg.received == expected_ && leg.altered + leg.duplicated == 0 && leg.sent == options_.send;
      directions[leg.inward ? "in" : "out"] = {{"sent", leg.sent},
                                               {"received", leg.received},
                                               {"lost", leg.sent - std::min(leg.sent, leg.received)},
                                               {"duplicated", leg.duplicated},
                                               {"altered", leg.altered}};
    }
    return {{"directions", directions}, {"complete", complete}};
  }

  Devices& devices_;
  const Options& options_;
  std::vector<Leg> legs_;
  std::vector<uint8_t> buffer_;
  uint64_t expected_ = 0;
};

}  // namespace

nlohmann::ordered_json Exchange(Devices& devices, const Options& options) { return Exchanger(devices, options).Run(); }

}  // namespace picket::peer
