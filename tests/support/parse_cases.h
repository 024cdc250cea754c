// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "dataplane/verdict.h"
#include "tests/support/frame.h"

namespace picket {

// A frame that is refused, or noted, for exactly one reason, and the one beside it that just escapes it.
//   what           the flaw, as a test's name would say it
//   beside_reason  what is said of `beside`; never `reason`
struct ParseCase {
  Reason reason = Reason::kNone;
  std::string what;
  Frame frame;
  Frame beside;
  Reason beside_reason = Reason::kNone;
};

// At least one for every reason with stage "parse".
std::vector<ParseCase> LinkCases();
std::vector<ParseCase> Ipv4Cases();
std::vector<ParseCase> Ipv6Cases();
std::vector<ParseCase> TransportCases();
std::vector<ParseCase> AllParseCases();

// Sound frames: every link layer, protocol and header that parse knows, each as long as its limits allow.
//   MaximalIpv4, MaximalIpv6  two VLAN tags, all options or extension headers that fit, TCP with all options
Frame MaximalIpv4();
Frame MaximalIpv6();
std::vector<Frame> SoundFrames();

}  // namespace picket
