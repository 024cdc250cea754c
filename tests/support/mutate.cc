// SPDX-License-Identifier: Apache-2.0
#include "tests/support/mutate.h"

#include <array>

#include "dataplane/bytes.h"
#include "tests/support/parsed.h"

namespace picket {
namespace {

constexpr size_t kAppendedBytesMax = 64;
constexpr uint64_t kLinkLayers = 5;

uint8_t AnyByte(Rng& rng) { return static_cast<uint8_t>(Pick(rng, 256)); }

void FlipBits(Frame& frame, Rng& rng) {
  for (uint64_t n = 1 + Pick(rng, 8); n > 0; --n) {
    uint8_t& byte = frame.bytes[Pick(rng, frame.bytes.size())];
    byte = static_cast<uint8_t>(byte ^ 1U << Pick(rng, 8));
  }
}

// Headers are at the front, so that is where most of the damage goes.
void OverwriteBytes(Frame& frame, Rng& rng) {
  const size_t front = std::min<size_t>(frame.bytes.size(), 96);
  for (uint64_t n = 1 + Pick(rng, 4); n > 0; --n) frame.bytes[Pick(rng, front)] = AnyByte(rng);
}

// A number at an edge of what a length field may say: around its old value, around `rest` and around its limits.
uint64_t EdgeNear(uint64_t old, uint64_t rest, uint64_t limit, Rng& rng) {
  const std::array<uint64_t, 12> edges = {0,        1,    old - 1,  old + 1, old - 8,   old + 8,
                                          rest - 1, rest, rest + 1, limit,   limit - 1, Pick(rng, limit + 1)};
  return edges[Pick(rng, edges.size())] & limit;
}

void EditByte(Frame& frame, size_t at, Rng& rng) {
  if (at >= frame.bytes.size()) return;
  frame.bytes[at] = static_cast<uint8_t>(EdgeNear(frame.bytes[at], (frame.bytes.size() - at) / 8, 0xff, rng));
}

void EditWord(Frame& frame, size_t at, size_t rest, Rng& rng) {
  if (at + 2 > frame.bytes.size()) return;
  uint8_t* word = frame.bytes.data() + at;
  StoreBe16(word, static_cast<uint16_t>(EdgeNear(LoadBe16(word), rest, 0xffff, rng)));
}

void EditNibble(Frame& frame, size_t at, bool high, Rng& rng) {
  if (at >= frame.bytes.size()) return;
  const auto value = static_cast<uint8_t>(Pick(rng, 16));
  uint8_t& byte = frame.bytes[at];
  byte = high ? static_cast<uint8_t>(value << 4 | (byte & 0xf)) : static_cast<uint8_t>((byte & 0xf0) | value);
}

// A field that says how long something is or what it is a piece of.
void EditLength(Frame& frame, Rng& rng) {
  const Headers h = Parsed(frame).headers;
  const size_t ip = h.ip_offset;
  const size_t transport = h.transport_offset != 0 ? h.transport_offset : ip + 20;
  const size_t ip_bytes = frame.bytes.size() - std::min(frame.bytes.size(), ip);
  const size_t transport_bytes = frame.bytes.size() - std::min(frame.bytes.size(), transport);
  const bool ipv6 = h.Has(Layer::kIpv6);
  switch (Pick(rng, 7)) {
    case 0:
      return ipv6 ? EditWord(frame, ip + 4, ip_bytes - 40, rng) : EditWord(frame, ip + 2, ip_bytes, rng);
    case 1:
      return ipv6 ? EditByte(frame, ip + 41, rng) : EditNibble(frame, ip, false, rng);
    case 2:
      return EditWord(frame, ip + (ipv6 ? 42 : 6), 0x2000 + Pick(rng, 4), rng);
    case 3:
      return EditNibble(frame, transport + 12, true, rng);
    case 4:
      return EditWord(frame, transport + 4, transport_bytes, rng);
    case 5:
      return EditByte(frame, ip + 20 + Pick(rng, 40), rng);
    default:
      return EditByte(frame, transport + 20 + Pick(rng, 40), rng);
  }
}

// The field that names what comes next: an ethertype or a protocol that parse knows.
void EditType(Frame& frame, Rng& rng) {
  constexpr std::array<uint16_t, 7> kEthertypes = {0x0800, 0x86dd, 0x8100, 0x88a8, 0x9100, 0x0806, 0x88cc};
  constexpr std::array<uint8_t, 16> kProtocols = {0, 1, 6, 17, 43, 44, 47, 50, 51, 58, 59, 60, 132, 135, 139, 140};
  const Headers h = Parsed(frame).headers;
  if (h.proved == Proved::kNothing || Pick(rng, 4) == 0) {
    const size_t at = frame.link_layer == LinkLayer::kLinuxCooked    ? 14
                      : frame.link_layer == LinkLayer::kLinuxCooked2 ? 0
                                                                     : 12;
    if (at + 2 <= frame.bytes.size()) StoreBe16(frame.bytes.data() + at, kEthertypes[Pick(rng, kEthertypes.size())]);
    return;
  }
  const size_t ip = h.ip_offset;
  const size_t extension = ip + 40 + 8 * Pick(rng, 4);
  const size_t at = h.family == Family::kIpv4 ? ip + 9 : Pick(rng, 2) == 0 ? ip + 6 : extension;
  if (at < frame.bytes.size()) frame.bytes[at] = kProtocols[Pick(rng, kProtocols.size())];
}

void Resize(Frame& frame, Rng& rng) {
  const auto at = static_cast<std::ptrdiff_t>(Pick(rng, frame.bytes.size()));
  const uint64_t count = 1 + Pick(rng, kAppendedBytesMax);
  switch (Pick(rng, 3)) {
    case 0:
      frame.bytes.insert(frame.bytes.end(), count, AnyByte(rng));
      break;
    case 1:
      frame.bytes.insert(frame.bytes.begin() + at, count, AnyByte(rng));
      break;
    default:
      const auto left = static_cast<uint64_t>(frame.bytes.end() - frame.bytes.begin() - at);
      frame.bytes.erase(frame.bytes.begin() + at,
                        frame.bytes.begin() + at + static_cast<std::ptrdiff_t>(std::min(count, left)));
  }
}

void Cut(Frame& frame, Rng& rng) {
  const size_t front = std::min<size_t>(frame.bytes.size(), 160);
  const size_t count = Pick(rng, 2) == 0 ? Pick(rng, front + 1) : Pick(rng, frame.bytes.size() + 1);
  frame = Pick(rng, 2) == 0 ? frame.CutByCapture(count) : frame.SentShort(count);
}

void Damage(Frame& frame, Rng& rng) {
  if (frame.bytes.empty()) return;
  switch (Pick(rng, 16)) {
    case 0:
    case 1:
    case 2:
      return FlipBits(frame, rng);
    case 3:
    case 4:
      return OverwriteBytes(frame, rng);
    case 5:
    case 6:
      return EditType(frame, rng);
    case 7:
    case 8:
      return Cut(frame, rng);
    case 9:
      return Resize(frame, rng);
    case 10:
      frame.link_layer = static_cast<LinkLayer>(Pick(rng, kLinkLayers));
      return;
    default:
      return EditLength(frame, rng);
  }
}

}  // namespace

void Mutate(Frame& frame, Rng& rng) {
  for (uint64_t damages = Pick(rng, 5); damages > 0; --damages) Damage(frame, rng);
}

}  // namespace picket
