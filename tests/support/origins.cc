// SPDX-License-Identifier: Apache-2.0
#include "tests/support/origins.h"

#include "tests/support/datagram.h"
#include "tests/support/parse_cases.h"

namespace picket {

std::vector<Origin> BuiltFrames() {
  std::vector<Origin> origins;
  for (const ParseCase& c : AllParseCases()) {
    origins.push_back({c.what, c.frame});
    origins.push_back({"beside " + c.what, c.beside});
  }
  for (const Frame& frame : SoundFrames()) origins.push_back({"sound", frame});
  for (const Family family : {Family::kIpv4, Family::kIpv6}) {
    for (uint32_t id = 1; id <= 3; ++id) {
      const Datagram d{.family = family, .id = id, .port = static_cast<uint16_t>(52 + id)};
      for (const Frame& frame :
           {d.First(), d.Middle(16), d.Middle(24), d.Last(32), d.Middle(8, 16), d.Atomic(), d.Tiny(), d.LastOfTiny()}) {
        origins.push_back({"fragment", frame});
      }
    }
  }
  return origins;
}

}  // namespace picket
