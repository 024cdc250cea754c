// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <vector>

struct rte_eth_rxtx_callback;
struct rte_mempool;
struct rte_ring;

// Two net_ring ports around a program that forwards between them, and what plays the network in that program's own
// thread, through callbacks of the ports: the cost of both is the same for every program measured.
namespace picket {

// Where packets come from and go to.
//   circle  what is sent on the second port is received on the first again: a fixed number of packets goes round
//   source  packets are taken from their pool for the first port, as a network card would; what the second port has
//           sent goes back to the pool with its next burst
enum class Network : uint8_t { kCircle, kSource };

// Source addresses, written into packets as they are received. Sequential in memory, so that reading them costs little.
//   shapes  the size is a power of two
using AddressStream = std::vector<uint32_t>;

inline constexpr uint32_t kPacketsInCircle = 4'096;
inline constexpr uint32_t kPacketBytes = 64;

class RingPorts {
 public:
  // Makes both ports, not yet started, and packets from 10.0.0.0/8 (UDP over IPv4).
  //   shapes  `number` is another one each time: names of ports are not given back
  RingPorts(uint32_t number, Network network, const AddressStream& addresses);
  ~RingPorts();
  RingPorts(const RingPorts&) = delete;
  RingPorts& operator=(const RingPorts&) = delete;

  const std::string& first() const { return names_[0]; }
  const std::string& second() const { return names_[1]; }

  rte_mempool* pool() const { return pool_; }

  // Once the ports are started: lets the packets in.
  void Begin(uint16_t first_port, uint16_t second_port);
  // Once nobody polls them any more, before they are closed.
  void End();

 private:
  friend struct RingPortCallbacks;
  void FillPool();

  Network network_;
  const AddressStream& addresses_;
  size_t next_address_ = 0;
  uint16_t ports_[2] = {0, 0};
  std::string names_[2];
  rte_ring* rings_[2] = {nullptr, nullptr};
  rte_mempool* pool_ = nullptr;
  const rte_eth_rxtx_callback* rx_callback_ = nullptr;
  const rte_eth_rxtx_callback* tx_callback_ = nullptr;
};

}  // namespace picket
