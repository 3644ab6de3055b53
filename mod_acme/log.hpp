// HttpdLogger: our lines in the server's error log, "acme: example.org: ..." with [acme:notice].
//
// During a configuration check nothing is written before it is known whether the check will become a
// running server: such lines are held back and written once the error log is open.
#pragma once

#include <utility>
#include <vector>

#include "common/base/log.hpp"
#include "mod_acme/httpd.hpp"

namespace acme {

/// Writes to the error log of the main server.
class HttpdLogger final : public Logger {
 public:
  explicit HttpdLogger(const server_rec* server) : server_{server} {}
  void write(LogLevel level, const std::string& line) override;

 private:
  const server_rec* server_;
};

/// Writes to the terminal, as `apachectl -t` does; info and debug are left out.
class TerminalLogger final : public Logger {
 public:
  void write(LogLevel level, const std::string& line) override;
};

/// Keeps lines until there is a log.
class HeldLogger final : public Logger {
 public:
  void write(LogLevel level, const std::string& line) override { lines_.emplace_back(level, line); }
  void write_out(Logger& logger);

 private:
  std::vector<std::pair<LogLevel, std::string>> lines_;
};

}  // namespace acme
