#include "mod_acme/log.hpp"

#include "mod_acme/words.hpp"

namespace acme {

namespace {

int httpd_level(LogLevel level) {
  switch (level) {
    case LogLevel::error: return APLOG_ERR;
    case LogLevel::warn: return APLOG_WARNING;
    case LogLevel::notice: return APLOG_NOTICE;
    case LogLevel::info: return APLOG_INFO;
    case LogLevel::debug: return APLOG_DEBUG;
  }
  return APLOG_ERR;
}

}  // namespace

void HttpdLogger::write(LogLevel level, const std::string& line) {
  ap_log_error(APLOG_MARK, httpd_level(level), 0, server_, "acme: %s", in_apache_words(line).c_str());
}

void TerminalLogger::write(LogLevel level, const std::string& line) {
  if (level == LogLevel::info || level == LogLevel::debug) return;
  const int httpd = httpd_level(level) | APLOG_STARTUP;
  ap_log_error(APLOG_MARK, httpd, 0, nullptr, "acme: %s: %s", level_name(level), in_apache_words(line).c_str());
}

void HeldLogger::write_out(Logger& logger) {
  for (const auto& [level, line] : lines_) logger.write(level, line);
  lines_.clear();
}

}  // namespace acme
