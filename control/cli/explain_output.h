// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "control/explain.h"

namespace picket {

// One line each ends with a newline; JSON is one object a line, schema 1.
std::string PacketExplanationText(const PacketExplanation& explanation, const Setup& setup);
std::string PacketExplanationJson(const PacketExplanation& explanation, const Setup& setup);
std::string AddressExplanationText(const AddressExplanation& explanation, const Setup& setup);
std::string AddressExplanationJson(const AddressExplanation& explanation, const Setup& setup);

}  // namespace picket
