// SPDX-License-Identifier: Apache-2.0
#include "dataplane/io/device_advice.h"

#include <catch2/catch.hpp>

namespace picket {
namespace {

std::string TextOf(const absl::Status& status) { return std::string(status.message()); }

DeviceRequest Request(const std::string& device) { return {.place = "link a, outside", .device = device}; }

TEST_CASE("A device's arguments are found by name", "[device_advice]") {
  CHECK(DeviceArgument("net_af_packet0,iface=eth0,qpairs=2", "iface") == "eth0");
  CHECK(DeviceArgument("net_af_packet0,iface=eth0,qpairs=2", "qpairs") == "2");
  CHECK(DeviceArgument("net_af_packet0,iface=eth0", "face").empty());
  CHECK(DeviceArgument("net_tap0", "iface").empty());
}

TEST_CASE("PCI addresses are told from driver names", "[device_advice]") {
  CHECK(IsPciAddress("0000:03:00.0"));
  CHECK(IsPciAddress("03:00.1,arg=1"));
  CHECK_FALSE(IsPciAddress("net_tap0"));
  CHECK_FALSE(IsPciAddress("net_pcap0,rx_pcap=a:b"));
}

TEST_CASE("The slots of net_af_packet are those of its string", "[device_advice]") {
  CHECK(FrameSlotBytes("net_af_packet0,iface=a") == 2048);
  CHECK(FrameSlotBytes("net_af_packet0,iface=a,framesz=10240,blocksz=20480") == 10240);
  CHECK(FrameSlotBytes("net_memif0") == 0);
}

TEST_CASE("What is missing is said with the command that shows or mends it", "[device_advice]") {
  const auto text = [](const std::string& device) { return TextOf(CheckDeviceExists(Request(device))); };
  CHECK_THAT(text("net_af_packet0,iface=no-such-if"),
             Catch::Contains("link a, outside: there is no interface no-such-if"));
  CHECK_THAT(text("net_af_packet0,iface=no-such-if"), Catch::Contains("`ip link`"));
  CHECK_THAT(text("net_af_packet0"), Catch::Contains("append ,iface=NAME"));
  CHECK_THAT(text("net_pcap0,rx_pcap=/no/such.pcap"), Catch::Contains("cannot read the capture /no/such.pcap"));
  CHECK_THAT(text("ffff:ff:1f.7"), Catch::Contains("there is no PCI device ffff:ff:1f.7"));
  CHECK(CheckDeviceExists(Request("net_ring0")).ok());
}

TEST_CASE("Too few queues are told with both ways out", "[device_advice]") {
  const std::string text = TextOf(AdviceForQueues(Request("net_af_packet0,iface=a"), "rx", 4, 1));
  CHECK_THAT(text, Catch::Contains("has 1 rx queues, 4 are needed"));
  CHECK_THAT(text, Catch::Contains(",qpairs=4"));
  CHECK_THAT(text, Catch::Contains("affinity = \"software\""));
}

TEST_CASE("A device name used twice is told as that", "[device_advice]") {
  CHECK_THAT(TextOf(AdviceForProbe(Request("net_tap0,iface=x"), -EEXIST, "log")),
             Catch::Contains("net_tap0 is used already"));
  CHECK_THAT(TextOf(AdviceForProbe(Request("net_foo"), -ENODEV, "last words")), Catch::Contains("last words"));
}

}  // namespace
}  // namespace picket
