// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "control/config.h"

namespace picket {
namespace {

// A folder of its own that goes away with the test.
class ScratchFolder {
 public:
  ScratchFolder() { REQUIRE(mkdtemp(path_.data()) != nullptr); }
  ~ScratchFolder() { std::filesystem::remove_all(path_); }
  std::string Write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ + "/" + name, std::ios::binary) << text;
    return path_ + "/" + name;
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_ = std::filesystem::temp_directory_path().string() + "/picket-config-XXXXXX";
};

TEST_CASE("a file that cannot be read is a problem that names it", "[config]") {
  const ScratchFolder folder;
  const auto problems = [](const std::string& path) { return ReadConfig(path).problems; };
  const std::string missing = folder.path() + "/missing.toml";
  CHECK(problems(missing) == std::vector{missing + ": cannot be read: No such file or directory"});
  CHECK(problems(folder.path()) == std::vector{folder.path() + ": is a folder (name the file in it)"});
  CHECK(problems("") == std::vector<std::string>{": cannot be read: No such file or directory"});
  const std::string pipe = folder.path() + "/pipe";
  REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
  CHECK(problems(pipe) == std::vector{pipe + ": is no regular file"});
  const std::string large = folder.Write("large.toml", std::string((16 << 20) + 1, '\n'));
  CHECK(problems(large) == std::vector{large + ": is larger than 16777216 bytes"});
  const std::string locked = folder.Write("locked.toml", "");
  REQUIRE(chmod(locked.c_str(), 0) == 0);
  if (access(locked.c_str(), R_OK) != 0) {  // not so for root
    CHECK(problems(locked) == std::vector{locked + ": cannot be read: Permission denied"});
  }
}

TEST_CASE("a config file as large as allowed is read", "[config]") {
  const ScratchFolder folder;
  const std::string path = folder.Write("p.toml", "[node]\nname = \"x\"\n" + std::string((16 << 20) - 18, '\n'));
  REQUIRE(std::filesystem::file_size(path) == 16 << 20);
  const ConfigResult result = ReadConfig(path);
  REQUIRE(result.config);
  CHECK(result.config->node.name == "x");
}

TEST_CASE("the example config is valid and shows every table", "[config]") {
  const ConfigResult result = ReadConfig(PICKET_SOURCE_ROOT "/control/picket.example.toml");
  CHECK(result.problems == std::vector<std::string>{});
  REQUIRE(result.config);
  CHECK(result.config->links.size() == 1);
  CHECK(result.config->rate_classes.size() == 2);
  CHECK(result.config->feeds.size() == 2);
}

}  // namespace
}  // namespace picket
