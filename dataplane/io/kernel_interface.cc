// SPDX-License-Identifier: Apache-2.0
#include "dataplane/io/kernel_interface.h"

#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>

namespace picket {
namespace {

// One request about an interface; false when it fails.
bool Ask(unsigned long request, const std::string& interface, ifreq& answer) {
  if (interface.size() >= IFNAMSIZ) return false;
  const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (socket < 0) return false;
  interface.copy(answer.ifr_name, IFNAMSIZ - 1);
  const bool answered = ioctl(socket, request, &answer) == 0;
  close(socket);
  return answered;
}

}  // namespace

std::optional<uint32_t> InterfaceMtu(const std::string& interface) {
  ifreq answer{};
  if (!Ask(SIOCGIFMTU, interface, answer)) return std::nullopt;
  return static_cast<uint32_t>(answer.ifr_mtu);
}

bool InterfaceIsUp(const std::string& interface) {
  ifreq answer{};
  constexpr int kUp = IFF_UP | IFF_RUNNING;
  return Ask(SIOCGIFFLAGS, interface, answer) && (answer.ifr_flags & kUp) == kUp;
}

bool SetInterface(const std::string& interface, bool up) {
  ifreq flags{};
  if (!Ask(SIOCGIFFLAGS, interface, flags)) return false;
  const int wanted = up ? flags.ifr_flags | IFF_UP : flags.ifr_flags & ~IFF_UP;
  flags.ifr_flags = static_cast<short>(wanted);
  return Ask(SIOCSIFFLAGS, interface, flags);
}

}  // namespace picket
