// NginxLogger: our log lines in nginx's error log, each with "acme: " in front.
#pragma once

#include "ngx_acme/nginx.hpp"

#include "common/base/log.hpp"

namespace acme {

class NginxLogger final : public Logger {
 public:
  /// `log` is borrowed: cf->log while the configuration is read, the cycle's afterwards.
  explicit NginxLogger(ngx_log_t* log) : log_{log} {}
  void write(LogLevel level, const std::string& line) override;

 private:
  ngx_log_t* log_;
};

}  // namespace acme
