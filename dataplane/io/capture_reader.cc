// SPDX-License-Identifier: Apache-2.0
#include "dataplane/io/capture_reader.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "absl/strings/str_format.h"
#include "dataplane/io/capture_endian.h"
#include "dataplane/io/capture_link.h"
#include "dataplane/io/capture_pcap.h"
#include "dataplane/io/capture_pcapng.h"
#include "dataplane/io/capture_record.h"
#include "dataplane/io/capture_stream.h"

namespace picket {

struct CaptureReader::State {
  explicit State(CaptureStream input) : stream(std::move(input)) {}

  const std::vector<CaptureInterface>& interfaces() const {
    return format == CaptureFormat::kPcap ? pcap.interfaces() : pcapng.interfaces();
  }
  absl::Status Begin();
  absl::Status BeginPcap(const uint8_t* magic);
  absl::Status BeginPcapng();
  absl::Status Advance();
  absl::Status Deliver(CapturedPacket& packet);

  CaptureStream stream;
  CaptureFormat format = CaptureFormat::kPcap;
  PcapParser pcap;
  PcapngParser pcapng;
  CaptureRecord record;
  bool ended = false;
  absl::Status failed;
};

absl::Status CaptureReader::State::Begin() {
  std::array<uint8_t, 4> magic{};
  const absl::StatusOr<size_t> got = stream.Read(magic.data(), magic.size());
  if (!got.ok()) return got.status();
  if (*got == 0) return stream.Malformed(0, "empty, not a capture");
  if (PcapngParser::Recognizes(magic.data())) return BeginPcapng();
  if (PcapParser::Recognizes(magic.data())) return BeginPcap(magic.data());
  return stream.Malformed(0, absl::StrFormat("neither pcap nor pcapng (begins with 0x%08x); convert it with "
                                             "`editcap -F pcapng IN OUT`",
                                             Load32(magic.data(), ByteOrder::kBig)));
}

absl::Status CaptureReader::State::BeginPcap(const uint8_t* magic) {
  format = CaptureFormat::kPcap;
  if (absl::Status header = pcap.ReadHeader(stream, magic); !header.ok()) return header;
  const uint16_t link_type = pcap.interfaces().front().link_type;
  if (LinkLayerOf(link_type)) return absl::OkStatus();
  return stream.Malformed(20, absl::StrFormat("link type %d; %s", link_type, kCaptureLinksText));
}

absl::Status CaptureReader::State::BeginPcapng() {
  format = CaptureFormat::kPcapng;
  if (absl::Status section = pcapng.ReadFirstSection(stream); !section.ok()) return section;
  while (!ended && pcapng.interfaces().empty()) {
    const absl::StatusOr<PcapngParser::Step> step = pcapng.Next(stream, record);
    if (!step.ok()) return step.status();
    ended = *step == PcapngParser::Step::kEnd;
  }
  return absl::OkStatus();
}

// On to the next packet record, or `ended`.
absl::Status CaptureReader::State::Advance() {
  if (format == CaptureFormat::kPcap) {
    const absl::StatusOr<bool> read = pcap.Next(stream, record);
    if (!read.ok()) return read.status();
    ended = !*read;
    return absl::OkStatus();
  }
  PcapngParser::Step step = PcapngParser::Step::kOther;
  while (step == PcapngParser::Step::kOther) {
    const absl::StatusOr<PcapngParser::Step> next = pcapng.Next(stream, record);
    if (!next.ok()) return next.status();
    step = *next;
  }
  ended = step == PcapngParser::Step::kEnd;
  return absl::OkStatus();
}

absl::Status CaptureReader::State::Deliver(CapturedPacket& packet) {
  const uint16_t link_type = interfaces()[record.interface].link_type;
  const std::optional<LinkLayer> link = LinkLayerOf(link_type);
  if (!link) {
    return stream.Malformed(record.offset, absl::StrFormat("a packet of interface %d, whose link type is %d; %s",
                                                           record.interface, link_type, kCaptureLinksText));
  }
  packet.view.data = record.bytes.data();
  packet.view.bytes = record.captured_bytes;
  packet.view.wire_bytes = std::max(record.original_bytes, record.captured_bytes);
  packet.view.link_layer = *link;
  packet.time = record.time;
  packet.interface = record.interface;
  return absl::OkStatus();
}

namespace {

// A capture cut before its first packet has nothing worth delivering: to the caller it is no capture.
absl::Status AsOpenError(const absl::Status& status) {
  if (status.code() != absl::StatusCode::kDataLoss) return status;
  return absl::InvalidArgumentError(status.message());
}

}  // namespace

CaptureReader::CaptureReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
CaptureReader::~CaptureReader() = default;

absl::StatusOr<std::unique_ptr<CaptureReader>> CaptureReader::Of(absl::StatusOr<CaptureStream> stream) {
  if (!stream.ok()) return stream.status();
  auto state = std::make_unique<State>(*std::move(stream));
  if (absl::Status begun = state->Begin(); !begun.ok()) return AsOpenError(begun);
  return std::unique_ptr<CaptureReader>(new CaptureReader(std::move(state)));
}

absl::StatusOr<std::unique_ptr<CaptureReader>> CaptureReader::Open(const std::string& path) {
  return Of(CaptureStream::Open(path));
}

absl::StatusOr<std::unique_ptr<CaptureReader>> CaptureReader::OpenMemory(const uint8_t* data, size_t bytes,
                                                                         std::string name) {
  return Of(CaptureStream::OfMemory(data, bytes, std::move(name)));
}

absl::StatusOr<bool> CaptureReader::Next(CapturedPacket& packet) {
  State& state = *state_;
  if (!state.failed.ok()) return state.failed;
  if (state.ended) return false;
  state.failed = state.Advance();
  if (state.failed.ok() && !state.ended) state.failed = state.Deliver(packet);
  if (!state.failed.ok()) return state.failed;
  return !state.ended;
}

CaptureFormat CaptureReader::format() const { return state_->format; }

const std::vector<CaptureInterface>& CaptureReader::interfaces() const { return state_->interfaces(); }

}  // namespace picket
