// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <cstdio>
#include <thread>

#include "bench/traffic_peer/exchange.h"
#include "bench/traffic_peer/rate.h"
#include "bench/traffic_peer/run.h"

namespace picket::peer {
namespace {

nlohmann::ordered_json Hold(const Options& options) {
  const uint64_t end_ns = NowNs() + static_cast<uint64_t>(options.seconds * 1e9);
  while (!Stopped() && NowNs() < end_ns) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  return {{"complete", true}};
}

nlohmann::ordered_json RunCommand(Devices& devices, const Options& options) {
  switch (options.command) {
    case Command::kExchange:
      return Exchange(devices, options);
    case Command::kRate:
      return Rate(devices, options);
    case Command::kHold:
      return Hold(options);
  }
  return {};
}

nlohmann::ordered_json Describe(const Devices& devices, std::span<const Device> all, const Options& options) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const Device& d : all) {
    list.push_back(
        {{"device", d.name}, {"driver", d.driver}, {"sent", d.sent}, {"refused", d.refused}, {"received", d.received}});
  }
  return {{"devices", list},
          {"simd_bits", devices.simd_bits()},
          {"march", PICKET_MARCH},
          {"hugepages", options.hugepages},
          {"mbufs", {{"size", options.mbufs}, {"free", devices.free_mbufs()}}}};
}

// Exit status: 0 complete, 1 not.
int Run(const Options& options) {
  Devices devices(options);
  std::fprintf(stderr, "picket-traffic: ready\n");
  const bool linked = options.command == Command::kHold || devices.WaitForLinks();
  if (!linked) std::fprintf(stderr, "picket-traffic: a link stays down\n");
  nlohmann::ordered_json result{{"link", linked}};
  if (linked) result.update(RunCommand(devices, options));
  devices.Stop();
  result.update(Describe(devices, devices.all(), options));
  std::printf("%s\n", result.dump().c_str());
  return linked && result.value("complete", false) ? 0 : 1;
}

}  // namespace
}  // namespace picket::peer

int main(int argc, char** argv) {
  const picket::peer::Options options = picket::peer::ReadOptions(argc, argv);
  picket::peer::StopOnSignals();
  return picket::peer::Run(options);
}
