// SPDX-License-Identifier: Apache-2.0
#include "dataplane/io/device_socket.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "absl/strings/str_format.h"
#include "dataplane/io/device_advice.h"

namespace picket {
namespace {

// path  of the socket that the device makes or connects to; empty when it has none
struct SocketPath {
  std::string path;
  bool connects = false;
};

SocketPath SocketOf(const DeviceRequest& request) {
  const auto is = [&request](const char* driver) { return request.device.starts_with(driver); };
  const auto argument = [&request](const char* key) { return DeviceArgument(request.device, key); };
  if (is("net_memif")) {
    if (argument("socket-abstract") != "no") return {};
    return {argument("socket"), argument("role") != "server"};
  }
  if (is("net_virtio_user")) {
    const std::string path = argument("path");
    return path.starts_with("/dev/") ? SocketPath{} : SocketPath{path, argument("server") != "1"};
  }
  // As a client, net_vhost tries again and again.
  if (is("net_vhost") && argument("client") != "1") return {argument("iface"), false};
  return {};
}

enum class Listener : uint8_t { kNone, kGone, kThere };

// These sockets carry streams or sequenced packets. Asking with datagrams tells whether somebody listens, and that one
// does not notice (unix(7): EPROTOTYPE, ECONNREFUSED).
Listener ListenerAt(const std::string& path) {
  sockaddr_un address{};
  if (path.size() >= sizeof address.sun_path || access(path.c_str(), F_OK) != 0) return Listener::kNone;
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.c_str(), path.size());
  const int probe = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (probe < 0) return Listener::kThere;
  const int failed = connect(probe, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  const bool refused = failed != 0 && errno == ECONNREFUSED;
  close(probe);
  return refused && std::filesystem::is_socket(path) ? Listener::kGone : Listener::kThere;
}

absl::Status CheckListener(const DeviceRequest& request, const std::string& path) {
  if (ListenerAt(path) == Listener::kThere) return absl::OkStatus();
  return absl::NotFoundError(
      absl::StrFormat("%s: nobody listens at %s: start the other side first, or let this one listen (net_memif: "
                      "role=server)",
                      request.place, path));
}

absl::Status CheckFolder(const DeviceRequest& request, const std::string& path) {
  const std::string folder = std::filesystem::absolute(path).parent_path();
  if (!std::filesystem::is_directory(folder)) {
    return absl::NotFoundError(
        absl::StrFormat("%s: there is no folder for the socket %s: `mkdir -p %s`", request.place, path, folder));
  }
  if (access(folder.c_str(), W_OK | X_OK) == 0) return absl::OkStatus();
  return absl::PermissionDeniedError(
      absl::StrFormat("%s: cannot make the socket %s: %s: run as the owner of %s, or choose another folder",
                      request.place, path, strerror(errno), folder));
}

}  // namespace

absl::Status CheckSocket(const DeviceRequest& request) {
  const SocketPath socket = SocketOf(request);
  if (socket.path.empty()) return absl::OkStatus();
  if (socket.connects) return CheckListener(request, socket.path);
  if (absl::Status folder = CheckFolder(request, socket.path); !folder.ok()) return folder;
  const Listener listener = ListenerAt(socket.path);
  if (listener == Listener::kGone) unlink(socket.path.c_str());
  if (listener != Listener::kThere) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrFormat("%s: another process has %s (`ss -xlp src %s` names it)",
                                                       request.place, socket.path, socket.path));
}

}  // namespace picket
