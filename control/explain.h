// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "control/replay.h"
#include "control/setup.h"
#include "dataplane/batch.h"

// Why a verdict is what it is, read off the columns that the pipeline itself filled.
namespace picket {

// One entry with its owner's name.
struct ExplainedListing {
  Listing listing;
  std::string source;
  bool decides = false;
  bool expired = false;
};

// What one stage did with the packet.
struct StageLine {
  std::string stage;
  std::string text;
};

struct PacketExplanation {
  uint64_t number = 0;
  Verdict verdict = Verdict::kPass;
  Reason reason = Reason::kNone;
  std::vector<StageLine> stages;          // in pipeline order, up to the one that decided
  std::vector<ExplainedListing> entries;  // that cover the outside address, the preceding first
};
PacketExplanation ExplainPacket(const JudgedPacket& packet, const Setup& setup);

// What the table says of an address: for packets that no scope speaks of, and for each protocol and run of ports that
// the entries tell apart.
struct AddressExplanation {
  struct Answer {
    Scope scope;  // what no other answer names: empty all the rest, without ports the protocol's other ports
    Decision decision;
    std::optional<ExplainedListing> by;
  };
  Address address;
  std::vector<Answer> answers;
  std::vector<ExplainedListing> entries;
};
// `scope`, when given, asks for just that one: a protocol and at most one range, asked for its first port.
AddressExplanation ExplainAddress(const Address& address, const std::optional<Scope>& scope, const Setup& setup,
                                  Tick now);

// `203.0.113.0/24 tcp/22: drop by FEED (tier feed, category scanner, score 50, expires never)`
std::string ToString(const ExplainedListing& explained, const Setup& setup);
// `never`, or UTC to the second.
std::string ExpiryText(Tick expiry);

}  // namespace picket
