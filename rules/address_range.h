// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "dataplane/address.h"

namespace picket {

// Every address from `first` to `last`, both included.
//   shapes  one family, first <= last
struct AddressRange {
  Address first;
  Address last;

  bool IsEverything() const { return FirstBlock().length == 0; }
  // The largest prefix that starts at `first` and ends at or before `last`. Taking it away until nothing is left gives
  // the fewest prefixes that hold the range: at most 62 for IPv4 and 254 for IPv6.
  Prefix FirstBlock() const;
};

AddressRange RangeOf(const Prefix& prefix);

// The address after `address`, which is not the last of its family.
Address Next(Address address);

}  // namespace picket
