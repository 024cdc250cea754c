// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <rte_mbuf.h>
#include <rte_mempool.h>
#include <rte_prefetch.h>

#include <cstdint>

#include "dataplane/batch.h"
#include "dataplane/packet_view.h"

// Between mbufs and batches. Only the first cache line of an mbuf is read here, and none is written.
namespace picket {

inline PacketView ViewOf(const rte_mbuf* m) {
  return {rte_pktmbuf_mtod(m, const uint8_t*), m->data_len, m->pkt_len, LinkLayer::kEthernet};
}

// The headers will be read in a moment.
inline void PrefetchHeaders(rte_mbuf* const* mbufs, uint32_t count) {
  for (uint32_t i = 0; i < count; ++i) rte_prefetch0(rte_pktmbuf_mtod(mbufs[i], const void*));
}

// The mbuf is alone and ours, so that its pool may take it back as it is. By DPDK's contract an mbuf of one segment has
// no `next`, so the second line need not be asked (rte_mbuf.h, rte_mbuf_raw_free).
inline bool MayGoBackAsIs(const rte_mbuf* m) {
  return m->nb_segs == 1 && RTE_MBUF_DIRECT(m) && rte_mbuf_refcnt_read(m) == 1;
}

// Frees packets of any pools, in bulk where neighbours share one. rte_pktmbuf_free would touch the second line of each.
inline void FreeBurst(rte_mbuf* const* mbufs, uint32_t count) {
  for (uint32_t i = 0; i < count;) {
    if (!MayGoBackAsIs(mbufs[i])) {
      rte_pktmbuf_free(mbufs[i++]);
      continue;
    }
    const uint32_t first = i;
    rte_mempool* const pool = mbufs[first]->pool;
    do ++i;
    while (i < count && mbufs[i]->pool == pool && MayGoBackAsIs(mbufs[i]));
    rte_mempool_put_bulk(pool, reinterpret_cast<void* const*>(mbufs + first), i - first);
  }
}

}  // namespace picket
