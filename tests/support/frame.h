// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "dataplane/packet_view.h"
#include "tests/support/packet_builder.h"

namespace picket {

// A frame for a test to hand in.
//   shapes  wire_bytes 0: as long as `bytes`
struct Frame {
  Frame() = default;
  Frame(Bytes b, LinkLayer l = LinkLayer::kEthernet, uint32_t wire = 0)  // NOLINT(google-explicit-constructor)
      : bytes(std::move(b)), link_layer(l), wire_bytes(wire) {}
  Frame(const PacketBuilder& packet)  // NOLINT(google-explicit-constructor)
      : bytes(packet.Build()), link_layer(packet.link_layer()) {}

  uint32_t WireBytes() const { return std::max(wire_bytes, static_cast<uint32_t>(bytes.size())); }

  // The first `count` bytes. Cut by a capture it remembers its length on the wire; otherwise it was sent so short.
  Frame CutByCapture(size_t count) const {
    return {Bytes(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count)), link_layer, WireBytes()};
  }
  Frame SentShort(size_t count) const {
    return {Bytes(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count)), link_layer};
  }

  Bytes bytes;
  LinkLayer link_layer = LinkLayer::kEthernet;
  uint32_t wire_bytes = 0;
};

// A frame's bytes in a heap block of exactly their size, so that AddressSanitizer sees a read past either end.
class ExactCopy {
 public:
  explicit ExactCopy(const Frame& frame)
      : data_(new uint8_t[frame.bytes.size()]),
        view_{data_.get(), static_cast<uint32_t>(frame.bytes.size()), frame.WireBytes(), frame.link_layer} {
    std::copy(frame.bytes.begin(), frame.bytes.end(), data_.get());
  }
  const PacketView& view() const { return view_; }

 private:
  std::unique_ptr<uint8_t[]> data_;
  PacketView view_;
};

inline std::string ToHex(const Bytes& bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  for (const uint8_t b : bytes) {
    hex += kDigits[b >> 4];
    hex += kDigits[b & 0xf];
  }
  return hex;
}

}  // namespace picket
