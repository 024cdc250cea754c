// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <initializer_list>
#include <memory>
#include <vector>

#include "dataplane/batch.h"
#include "dataplane/policy.h"
#include "dataplane/stages/parse.h"
#include "tests/support/frame.h"

namespace picket {

// A batch together with the frames it points to, each in a heap block of exactly its size.
//   shapes  at most kBatchMax frames; the mode column says enforce until a stage writes it
class BatchBuilder {
 public:
  BatchBuilder() : batch_(std::make_unique<Batch>()) { batch_->mode.fill(Mode::kEnforce); }
  BatchBuilder(std::initializer_list<Frame> frames) : BatchBuilder() {
    for (const Frame& frame : frames) Add(frame);
  }

  BatchBuilder& Add(const Frame& frame, Direction from = Direction::kInward) {
    copies_.emplace_back(frame);
    batch_->Add(copies_.back().view(), from);
    return *this;
  }
  // Fills the headers column as parse does, malformed packets by `malformed`.
  BatchBuilder& Parsed(const MalformedPolicy& malformed = {}) {
    Parse(*batch_, malformed);
    return *this;
  }

  Batch& operator*() { return *batch_; }
  Batch* operator->() { return batch_.get(); }

 private:
  std::vector<ExactCopy> copies_;
  std::unique_ptr<Batch> batch_;
};

}  // namespace picket
