// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dataplane/batch.h"

namespace picket {

// One line on what parse made of a packet: lengths, layers, endpoints, flags, or what is wrong with it.
std::string PacketText(const Batch& batch, uint32_t slot);

// The bytes that `text` spells as hex digits; white space, colons and a leading 0x are skipped. Nothing: a character is
// no hex digit, their number is odd, or there are more than `bytes_max`.
std::optional<std::vector<uint8_t>> ParseHex(std::string_view text, size_t bytes_max);

}  // namespace picket
