// SPDX-License-Identifier: Apache-2.0
// Debian's libtomlplusplus holds only the throwing parser; this is the other one. The build sets the other macros.
#define TOML_IMPLEMENTATION

// toml++ 3.3.0 asserts, or with NDEBUG assumes, what bad input such as `[*]` breaks; its next lines report that input
// as they should. So neither: tests/fuzz/config_fuzz.cc looks for what this might hide.
#undef NDEBUG
#define TOML_ASSERT(expr) static_assert(true)
#include "control/config_toml.h"
