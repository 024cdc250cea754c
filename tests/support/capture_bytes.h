// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <zlib.h>

#include <cstdint>
#include <cstring>
#include <vector>

#include "dataplane/io/capture_endian.h"

namespace picket::test {

using Bytes = std::vector<uint8_t>;

// The bytes of a capture, appended piece by piece. Nothing is checked: contradictions are what many tests want.
//   shapes  `Block` and its kin pad to 4 bytes and frame with the right length; patch with Set32 to break one
class CaptureBytes {
 public:
  explicit CaptureBytes(ByteOrder order = ByteOrder::kLittle) : order_(order) {}

  CaptureBytes& Put16(uint16_t v) { return Put(v); }
  CaptureBytes& Put32(uint32_t v) { return Put(v); }
  CaptureBytes& Put64(uint64_t v) { return Put(v); }
  CaptureBytes& Append(const Bytes& more) {
    bytes_.insert(bytes_.end(), more.begin(), more.end());
    return *this;
  }

  CaptureBytes& PcapHeader(uint32_t magic, uint32_t network, uint32_t snap_bytes = 65535) {
    return Put32(magic).Put16(2).Put16(4).Put32(0).Put32(0).Put32(snap_bytes).Put32(network);
  }
  CaptureBytes& PcapRecord(uint32_t seconds, uint32_t fraction, const Bytes& frame, uint32_t original_bytes) {
    return Put32(seconds).Put32(fraction).Put32(Size(frame)).Put32(original_bytes).Append(frame);
  }

  CaptureBytes& Block(uint32_t type, const Bytes& body) {
    const uint32_t padding = -Size(body) & 3;
    const uint32_t length = 12 + Size(body) + padding;
    return Put32(type).Put32(length).Append(body).Append(Bytes(padding)).Put32(length);
  }
  CaptureBytes& Section() { return Block(0x0a0d0d0a, Body().Put32(0x1a2b3c4d).Put16(1).Put16(0).Put64(~0ull).bytes()); }
  CaptureBytes& Interface(uint16_t link_type, uint32_t snap_bytes = 0, const Bytes& options = {}) {
    return Block(1, Body().Put16(link_type).Put16(0).Put32(snap_bytes).Append(options).bytes());
  }
  Bytes Option(uint16_t code, const Bytes& value) const {
    CaptureBytes option = Body();
    return option.Put16(code)
        .Put16(static_cast<uint16_t>(value.size()))
        .Append(value)
        .Append(Bytes(-Size(value) & 3))
        .bytes();
  }
  CaptureBytes& Enhanced(uint32_t interface, uint64_t ticks, const Bytes& frame, uint32_t original_bytes) {
    CaptureBytes body = Body();
    body.Put32(interface).Put32(static_cast<uint32_t>(ticks >> 32)).Put32(static_cast<uint32_t>(ticks));
    return Block(6, body.Put32(Size(frame)).Put32(original_bytes).Append(frame).bytes());
  }
  CaptureBytes& Obsolete(uint16_t interface, uint64_t ticks, const Bytes& frame, uint32_t original_bytes) {
    CaptureBytes body = Body();
    body.Put16(interface).Put16(7).Put32(static_cast<uint32_t>(ticks >> 32)).Put32(static_cast<uint32_t>(ticks));
    return Block(2, body.Put32(Size(frame)).Put32(original_bytes).Append(frame).bytes());
  }
  CaptureBytes& Simple(const Bytes& frame, uint32_t original_bytes) {
    return Block(3, Body().Put32(original_bytes).Append(frame).bytes());
  }

  CaptureBytes& Set32(size_t at, uint32_t v) {
    if (order_ == ByteOrder::kBig) v = __builtin_bswap32(v);
    std::memcpy(bytes_.data() + at, &v, sizeof v);
    return *this;
  }
  CaptureBytes& Cut(size_t bytes) {
    bytes_.resize(bytes);
    return *this;
  }
  CaptureBytes& Order(ByteOrder order) {
    order_ = order;
    return *this;
  }
  CaptureBytes Body() const { return CaptureBytes(order_); }
  const Bytes& bytes() const { return bytes_; }
  size_t size() const { return bytes_.size(); }

 private:
  static uint32_t Size(const Bytes& bytes) { return static_cast<uint32_t>(bytes.size()); }
  template <typename T>
  CaptureBytes& Put(T v) {
    for (size_t i = 0; i < sizeof v; ++i) {
      const size_t shift = 8 * (order_ == ByteOrder::kLittle ? i : sizeof v - 1 - i);
      bytes_.push_back(static_cast<uint8_t>(v >> shift));
    }
    return *this;
  }

  ByteOrder order_;
  Bytes bytes_;
};

// `bytes` recognizable bytes: first, first + 1, ...
inline Bytes Frame(size_t bytes, uint8_t first = 0x40) {
  Bytes frame(bytes);
  for (size_t i = 0; i < bytes; ++i) frame[i] = static_cast<uint8_t>(first + i);
  return frame;
}

inline Bytes Gzip(const Bytes& plain) {
  z_stream stream{};
  deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  Bytes packed(deflateBound(&stream, plain.size()));
  Bytes input = plain;
  stream.next_in = input.data();
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = packed.data();
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

}  // namespace picket::test
