// SPDX-License-Identifier: Apache-2.0
#include "dataplane/io/capture_port.h"

#include <algorithm>
#include <utility>

namespace picket {

absl::StatusOr<std::unique_ptr<CapturePort>> CapturePort::Open(const std::string& path) {
  absl::StatusOr<std::unique_ptr<CaptureReader>> reader = CaptureReader::Open(path);
  if (!reader.ok()) return reader.status();
  return std::make_unique<CapturePort>(std::move(*reader));
}

CapturePort::CapturePort(std::unique_ptr<CaptureReader> reader) : reader_(std::move(reader)) {
  ReadAhead();
  if (has_ahead_) start_ = ahead_.packet.time;
}

absl::Status CapturePort::WriteTo(const std::string& passed_path, const std::string& dropped_path) {
  const CaptureInterface first = reader_->interfaces().empty() ? CaptureInterface{} : reader_->interfaces().front();
  for (auto [path, writer] : {std::pair(&passed_path, &passed_), std::pair(&dropped_path, &dropped_)}) {
    if (path->empty()) continue;
    absl::StatusOr<std::unique_ptr<CaptureWriter>> created = CaptureWriter::Create(*path, reader_->format(), first);
    if (!created.ok()) return created.status();
    *writer = std::move(*created);
  }
  return absl::OkStatus();
}

void CapturePort::ReadAhead() {
  CapturedPacket& packet = ahead_.packet;
  const absl::StatusOr<bool> more = reader_->Next(packet);
  has_ahead_ = more.ok() && *more;
  if (!more.ok()) end_ = more.status();
  if (!has_ahead_) return;
  ahead_.bytes.assign(packet.view.data, packet.view.data + packet.view.bytes);
  packet.view.data = ahead_.bytes.data();
}

absl::StatusOr<bool> CapturePort::Receive(Batch& batch, Tick& now) {
  if (!has_ahead_) return end_.ok() ? absl::StatusOr<bool>(false) : absl::StatusOr<bool>(end_);
  now = std::max(now, ahead_.packet.time);
  while (has_ahead_ && !batch.Full() && ahead_.packet.time <= now) {
    const uint32_t slot = batch.Add(ahead_.packet.view, Direction::kInward);
    std::swap(frames_[slot], ahead_);
    ReadAhead();
  }
  ledger_.received += batch.size;
  return true;
}

absl::Status CapturePort::Write(CaptureWriter* writer, uint32_t slot) {
  if (writer == nullptr) return absl::OkStatus();
  return writer->Write(frames_[slot].packet, reader_->interfaces());
}

absl::Status CapturePort::Finish(const Batch& batch) {
  absl::Status failed;
  for (const uint32_t slot : batch.All()) {
    const Verdict verdict = batch.verdict[slot];
    if (Forwards(verdict)) {
      const absl::Status written = Write(passed_.get(), slot);
      ++(written.ok() ? ledger_.transmitted : ledger_.lost);
      failed.Update(written);
    } else if (Drops(verdict)) {
      ++ledger_.dropped;
      failed.Update(Write(dropped_.get(), slot));
    } else {
      ++ledger_.consumed;
    }
  }
  return failed;
}

absl::Status CapturePort::Close() {
  absl::Status closed;
  for (std::unique_ptr<CaptureWriter>* writer : {&passed_, &dropped_}) {
    if (*writer != nullptr) closed.Update((*writer)->Close());
  }
  return closed;
}

}  // namespace picket
