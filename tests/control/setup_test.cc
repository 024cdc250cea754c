// SPDX-License-Identifier: Apache-2.0
#include "control/setup.h"

#include <stdlib.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>

namespace picket {
namespace {

// A config on disk for as long as the test runs.
class ConfigFile {
 public:
  explicit ConfigFile(const std::string& text) {
    const int descriptor = mkstemp(path_.data());
    REQUIRE(descriptor >= 0);
    REQUIRE(write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
    close(descriptor);
  }
  ~ConfigFile() { unlink(path_.c_str()); }

  std::unique_ptr<Setup> Load(bool live) const {
    SetupOptions options;
    options.config_path = path_;
    options.live = live;
    SetupResult result = LoadSetup(options, Tick{});
    CHECK(result.problems == std::vector<std::string>{});
    return std::move(result.setup);
  }

 private:
  std::string path_ = std::filesystem::temp_directory_path().string() + "/picket-setup-XXXXXX";
};

const char* const kConfig = R"(
[[link]]
name = "a"
outside = "o"
inside = "i"
protected = ["198.51.100.0/24"]
never_block = ["192.0.2.0/30"]
trusted = ["192.0.2.9"]
)";

TEST_CASE("sources are judged on live links only", "[setup]") {
  const ConfigFile file(kConfig);
  CHECK_FALSE(file.Load(false)->policy.anti_spoof.on);
  const std::unique_ptr<Setup> live = file.Load(true);
  CHECK(live->policy.anti_spoof.on);
  CHECK(live->policy.anti_spoof.verdict == Verdict::kDrop);
  CHECK(live->policy.anti_spoof.protected_prefixes.Covers(*ParseAddress("198.51.100.9")));
  for (const char* exempt : {"192.0.2.1", "192.0.2.9"}) {
    CHECK(live->policy.anti_spoof.exempt.Covers(*ParseAddress(exempt)));
  }
  CHECK_FALSE(live->policy.anti_spoof.exempt.Covers(*ParseAddress("192.0.2.8")));
}

}  // namespace
}  // namespace picket
