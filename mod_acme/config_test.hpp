// ConfigTest: `httpd -t` with the running server's own arguments, before a graceful reload that nobody
// watches. httpd does not survive a graceful restart with a configuration it cannot read.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "common/base/result.hpp"
#include "common/base/time.hpp"
#include "common/base/unique_fd.hpp"
#include "mod_acme/watched_child.hpp"

namespace acme {

/// The arguments for a test of the configuration of a server started with `argv`: those about files and defines stay.
std::vector<std::string> config_test_arguments(int argc, const char* const* argv);

class ConfigTest {
 public:
  /// `done`: nullopt when the configuration is good, else what the test said. In the parent's maintenance loop.
  explicit ConfigTest(std::function<void(std::optional<std::string>)> done);

  Status start(const server_rec* main, apr_pool_t* pool);
  bool running() const { return child_.running(); }
  /// Called now and then: ends a test that takes too long; it then counts as failed.
  void check_time();

 private:
  void ended(int status);

  std::function<void(std::optional<std::string>)> done_;
  WatchedChild child_;
  UniqueFd output_;
  std::chrono::steady_clock::time_point deadline_;
};

}  // namespace acme
