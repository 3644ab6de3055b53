#include "ngx_acme/log.hpp"

namespace acme {

namespace {

ngx_uint_t nginx_level(LogLevel level) {
  switch (level) {
    case LogLevel::error: return NGX_LOG_ERR;
    case LogLevel::warn: return NGX_LOG_WARN;
    case LogLevel::notice: return NGX_LOG_NOTICE;
    case LogLevel::info: return NGX_LOG_INFO;
    case LogLevel::debug: return NGX_LOG_DEBUG;
  }
  return NGX_LOG_ERR;
}

}  // namespace

void NginxLogger::write(LogLevel level, const std::string& line) {
  // Debug lines have a class of their own in nginx: NGX_LOG_DEBUG is the level, NGX_LOG_DEBUG_HTTP the switch.
  if (level == LogLevel::debug) {
    if ((log_->log_level & NGX_LOG_DEBUG_HTTP) != 0)
      ngx_log_error_core(NGX_LOG_DEBUG, log_, 0, "acme: %s", line.c_str());
    return;
  }
  const ngx_uint_t nginx = nginx_level(level);
  if (log_->log_level >= nginx) ngx_log_error_core(nginx, log_, 0, "acme: %s", line.c_str());
}

}  // namespace acme
