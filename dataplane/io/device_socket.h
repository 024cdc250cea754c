// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "absl/status/status.h"
#include "dataplane/io/dpdk_device.h"

namespace picket {

// Looks at the UNIX socket that a device is made of (net_memif, net_vhost, net_virtio_user): that its folder is there,
// or somebody who listens. A socket that a process left behind when it was killed is removed, so that picketd can be
// started again.
//   errors  NOT_FOUND, PERMISSION_DENIED, FAILED_PRECONDITION (another process listens there)
absl::Status CheckSocket(const DeviceRequest& request);

}  // namespace picket
