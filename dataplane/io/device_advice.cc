// SPDX-License-Identifier: Apache-2.0
#include "dataplane/io/device_advice.h"

#include <net/if.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "absl/strings/str_format.h"
#include "dataplane/io/device_socket.h"

namespace picket {
namespace {

constexpr unsigned kCapNetAdmin = 12;  // linux/capability.h
constexpr unsigned kCapNetRaw = 13;
constexpr uint32_t kAfPacketSlotDefault = 2048;

bool Has(unsigned capability) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("CapEff:")) return (strtoull(line.c_str() + 7, nullptr, 16) >> capability & 1) != 0;
  }
  return true;
}

bool Is(const DeviceRequest& request, const char* driver) { return request.device.starts_with(driver); }

absl::Status CheckPermission(const DeviceRequest& request) {
  const bool kernel_socket = Is(request, "net_af_packet") || Is(request, "net_af_xdp");
  if (kernel_socket && !Has(kCapNetRaw)) {
    return absl::PermissionDeniedError(absl::StrFormat(
        "%s: %s needs the capability CAP_NET_RAW: run as root, or `setcap cap_net_raw,cap_net_admin+ep %s`",
        request.place, request.device, std::filesystem::read_symlink("/proc/self/exe").string()));
  }
  if (Is(request, "net_tap") && !Has(kCapNetAdmin)) {
    return absl::PermissionDeniedError(absl::StrFormat(
        "%s: %s needs the capability CAP_NET_ADMIN: run as root, or `setcap cap_net_raw,cap_net_admin+ep %s`",
        request.place, request.device, std::filesystem::read_symlink("/proc/self/exe").string()));
  }
  return absl::OkStatus();
}

absl::Status CheckInterface(const DeviceRequest& request) {
  if (!Is(request, "net_af_packet") && !Is(request, "net_af_xdp")) return absl::OkStatus();
  const std::string interface = DeviceArgument(request.device, "iface");
  if (interface.empty()) {
    return absl::NotFoundError(
        absl::StrFormat("%s: %s names no interface (append ,iface=NAME)", request.place, request.device));
  }
  if (if_nametoindex(interface.c_str()) != 0) return absl::OkStatus();
  return absl::NotFoundError(
      absl::StrFormat("%s: there is no interface %s in this network namespace (`ip link` lists them, `ip netns exec "
                      "NAMESPACE picketd ...` starts in another)",
                      request.place, interface));
}

absl::Status CheckFiles(const DeviceRequest& request) {
  if (!Is(request, "net_pcap")) return absl::OkStatus();
  const std::string capture = DeviceArgument(request.device, "rx_pcap");
  if (capture.empty() || access(capture.c_str(), R_OK) == 0) return absl::OkStatus();
  return absl::NotFoundError(
      absl::StrFormat("%s: cannot read the capture %s: %s", request.place, capture, strerror(errno)));
}

absl::Status CheckPci(const DeviceRequest& request) {
  if (!IsPciAddress(request.device)) return absl::OkStatus();
  std::string address = request.device.substr(0, request.device.find(','));
  if (address.find(':') == address.rfind(':')) address = "0000:" + address;
  const std::filesystem::path folder = "/sys/bus/pci/devices/" + address;
  if (!std::filesystem::exists(folder)) {
    return absl::NotFoundError(
        absl::StrFormat("%s: there is no PCI device %s (`dpdk-devbind.py --status-dev net` lists network devices)",
                        request.place, address));
  }
  return absl::OkStatus();
}

}  // namespace

bool IsPciAddress(const std::string& device) {
  const size_t colon = device.find(':');
  const size_t comma = device.find(',');
  if (colon == std::string::npos || (comma != std::string::npos && comma < colon)) return false;
  return std::all_of(device.begin(), device.begin() + static_cast<std::ptrdiff_t>(colon),
                     [](unsigned char c) { return std::isxdigit(c) != 0; });
}

std::string DeviceArgument(const std::string& device, const std::string& key) {
  const std::string wanted = "," + key + "=";
  const size_t at = device.find(wanted);
  if (at == std::string::npos) return "";
  const size_t begin = at + wanted.size();
  return device.substr(begin, device.find(',', begin) - begin);
}

uint32_t FrameSlotBytes(const std::string& device) {
  if (!device.starts_with("net_af_packet")) return 0;
  const std::string bytes = DeviceArgument(device, "framesz");
  return bytes.empty() ? kAfPacketSlotDefault : static_cast<uint32_t>(strtoul(bytes.c_str(), nullptr, 10));
}

absl::Status CheckDeviceExists(const DeviceRequest& request) {
  for (const auto check : {CheckPci, CheckPermission, CheckInterface, CheckFiles, CheckSocket}) {
    if (absl::Status found = check(request); !found.ok()) return found;
  }
  return absl::OkStatus();
}

absl::Status AdviceForProbe(const DeviceRequest& request, int error, const std::string& log) {
  if (IsPciAddress(request.device)) {
    const std::string address = request.device.substr(0, request.device.find(','));
    return absl::FailedPreconditionError(
        absl::StrFormat("%s: DPDK cannot drive %s: bind it with `dpdk-devbind.py --bind=vfio-pci %s` (%s)",
                        request.place, address, address, log));
  }
  if (error == -EEXIST) {
    return absl::FailedPreconditionError(
        absl::StrFormat("%s: %s is used already (number devices apart: net_tap0, net_tap1)", request.place,
                        request.device.substr(0, request.device.find(','))));
  }
  return absl::FailedPreconditionError(
      absl::StrFormat("%s: DPDK cannot open %s: %s; see https://doc.dpdk.org/guides-22.11/nics/ for its arguments (%s)",
                      request.place, request.device, strerror(-error), log));
}

absl::Status AdviceForMtu(const DeviceRequest& request, const std::string& log) {
  std::string how = "lower the link's mtu";
  if (Is(request, "net_af_packet")) {
    how = "append ,framesz=10240,blocksz=20480,framecnt=512 to the device string, or lower the link's mtu";
  }
  return absl::FailedPreconditionError(absl::StrFormat("%s: %s cannot carry packets of %d bytes: %s (%s)",
                                                       request.place, request.device, request.mtu, how, log));
}

absl::Status AdviceForQueues(const DeviceRequest& request, const std::string& what, uint32_t wanted, uint32_t offered) {
  std::string how = "set affinity = \"software\", or fewer workers";
  if (Is(request, "net_af_packet")) how = absl::StrFormat("append ,qpairs=%d to the device string, or ", wanted) + how;
  if (Is(request, "net_vhost")) how = absl::StrFormat("append ,queues=%d to the device string, or ", wanted) + how;
  return absl::FailedPreconditionError(absl::StrFormat("%s: %s has %d %s queues, %d are needed: %s", request.place,
                                                       request.device, offered, what, wanted, how));
}

}  // namespace picket
