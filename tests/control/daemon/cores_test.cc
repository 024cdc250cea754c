// SPDX-License-Identifier: Apache-2.0
#include "control/daemon/cores.h"

#include <catch2/catch.hpp>

namespace picket {
namespace {

using Cpus = std::vector<uint32_t>;

TEST_CASE("Workers get every CPU but the first, which is left for control", "[cores]") {
  const CorePlan plan = PlanCores({0, 1, 2, 3}, {}, 3);
  CHECK(plan.workers == Cpus{1, 2, 3});
  CHECK(plan.control == Cpus{0});
  CHECK_FALSE(plan.shared);
}

TEST_CASE("CPUs that no worker needs are control's", "[cores]") {
  const CorePlan plan = PlanCores({0, 1, 2, 3}, {}, 1);
  CHECK(plan.workers == Cpus{1});
  CHECK(plan.control == Cpus{0, 2, 3});
}

TEST_CASE("Workers use the cores they are given, in order", "[cores]") {
  const CorePlan plan = PlanCores({0, 1, 2, 3}, {3, 0}, 2);
  CHECK(plan.workers == Cpus{3, 0});
  CHECK(plan.control == Cpus{1, 2});
}

TEST_CASE("More workers than cores share them", "[cores]") {
  const CorePlan plan = PlanCores({0, 1}, {}, 3);
  CHECK(plan.workers == Cpus{1, 1, 1});
  CHECK(plan.control == Cpus{0});
  CHECK(plan.shared);
}

TEST_CASE("A core given twice is shared", "[cores]") {
  CHECK(PlanCores({0, 1, 2}, {1, 1}, 2).shared);
  CHECK_FALSE(PlanCores({0, 1, 2}, {1, 1}, 1).shared);
}

TEST_CASE("On one CPU everything shares it", "[cores]") {
  const CorePlan plan = PlanCores({5}, {}, 1);
  CHECK(plan.workers == Cpus{5});
  CHECK(plan.control == Cpus{5});
  CHECK(plan.shared);
}

TEST_CASE("When workers have every CPU, control shares theirs", "[cores]") {
  const CorePlan plan = PlanCores({0, 1}, {0, 1}, 2);
  CHECK(plan.control == Cpus{0, 1});
  CHECK(plan.shared);
}

TEST_CASE("This process may use some CPU", "[cores]") { CHECK_FALSE(AllowedCpus().empty()); }

}  // namespace
}  // namespace picket
