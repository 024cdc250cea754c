// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "dataplane/batch.h"
#include "dataplane/counters.h"
#include "dataplane/io/capture_reader.h"
#include "dataplane/io/capture_writer.h"

namespace picket {

// A port over a capture file: packets come from it in order, and go into up to two other captures by their verdict.
// Needs no DPDK, no root and no huge pages.
class CapturePort {
 public:
  // Opens the capture and looks at its first packet.
  // errors  those of CaptureReader
  static absl::StatusOr<std::unique_ptr<CapturePort>> Open(const std::string& path);
  explicit CapturePort(std::unique_ptr<CaptureReader> reader);

  // Where transmitted and dropped packets are written; an empty path writes nothing.
  // errors  those of CaptureWriter
  absl::Status WriteTo(const std::string& passed_path, const std::string& dropped_path);

  // Fills the empty batch with the next packets that share one capture time, at most kBatchMax; `now` becomes that
  // time, or stays where it was when the capture's clock steps back. False at the end. errors  those of
  // CaptureReader::Next, after everything before was delivered
  absl::StatusOr<bool> Receive(Batch& batch, Tick& now);

  // Acts on the verdicts of the batch last received and enters all of it in the ledger; what passes but cannot be
  // written is lost.
  absl::Status Finish(const Batch& batch);
  absl::Status Close();

  Tick start() const { return start_; }
  const Ledger& ledger() const { return ledger_; }

 private:
  // A frame in memory of its own: the reader's is gone with its next call.
  struct Frame {
    std::vector<uint8_t> bytes;
    CapturedPacket packet;
  };
  void ReadAhead();
  absl::Status Write(CaptureWriter* writer, uint32_t slot);

  std::unique_ptr<CaptureReader> reader_;
  std::unique_ptr<CaptureWriter> passed_;
  std::unique_ptr<CaptureWriter> dropped_;
  std::array<Frame, kBatchMax> frames_;
  Frame ahead_;
  bool has_ahead_ = false;
  absl::Status end_;
  Tick start_;
  Ledger ledger_;
};

}  // namespace picket
