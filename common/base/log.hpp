// Logger: where the engine says what it did. One line each: subject, what, next
// ("example.org: new certificate, valid to 2027-02-01").
//
// error: an admin must act. warn: we retry ourselves. notice: state changed. info: progress.
// debug: wire level. Text from a CA goes through cleaned() first.
#pragma once

#include <cstdint>
#include <string>

#include "common/base/result.hpp"

namespace acme {

enum class LogLevel : std::uint8_t { error, warn, notice, info, debug };

class Logger {
 public:
  virtual ~Logger() = default;
  virtual void write(LogLevel level, const std::string& line) = 0;

  void error(const std::string& line) { write(LogLevel::error, line); }
  void warn(const std::string& line) { write(LogLevel::warn, line); }
  void notice(const std::string& line) { write(LogLevel::notice, line); }
  void info(const std::string& line) { write(LogLevel::info, line); }
  void debug(const std::string& line) { write(LogLevel::debug, line); }
};

/// "message (hint)", the one form in which an Error reaches a log.
std::string describe(const Error& error);
const char* level_name(LogLevel level);

}  // namespace acme
