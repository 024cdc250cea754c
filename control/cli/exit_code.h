// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace picket {

// What `picket` tells the shell.
enum ExitCode : int {
  kExitOk = 0,
  kExitFailed = 1,       // a file could not be read or written, or the daemon refused
  kExitUsage = 2,        // wrong arguments, or a config or list that cannot be used; nothing was done
  kExitNotFound = 3,     // a negative answer
  kExitUnreachable = 4,  // no daemon
  kExitConflict = 5,     // somebody else changed it first
  kExitPartly = 6,       // some of the input was rejected; stderr lists it
};

}  // namespace picket
