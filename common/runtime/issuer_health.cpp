#include "common/runtime/issuer_health.hpp"

#include "common/config/issuer_catalog.hpp"
#include "common/renew/back_off.hpp"

namespace acme {

namespace {

LimitHeadroom headroom(const char* limit, std::size_t used, std::size_t allowed, Seconds window) {
  LimitHeadroom left;
  left.limit = limit;
  left.used = used;
  left.allowed = allowed;
  left.window = static_cast<std::uint64_t>(window.count());
  return left;
}

}  // namespace

IssuerHealth issuer_health(CertificateAuthority& authority, const Limits& limits, UtcTime now) {
  const IssuerConfig& config = authority.config();
  IssuerHealth health;
  health.name = config.name;
  health.directory = config.uri;
  health.account_url = authority.account_url();
  health.failures = authority.failures_in_a_row();
  health.failing_since = authority.failing_since();
  health.paused_until = authority.paused_until(std::nullopt);
  health.last_success = authority.last_success();
  if (const Error* trouble = authority.trouble()) {
    health.last_error = trouble->message;
    health.hint = trouble->hint;
  }
  if (is_public_directory(config.uri)) {
    const std::size_t orders = limits.orders_within_span(config.name, now);
    health.limits.push_back(headroom("new_orders", orders, kOrdersPerSpan, kOrderSpan));
  }
  const std::size_t failed = limits.most_failed_validations(config.name, now);
  health.limits.push_back(headroom("failed_validations", failed, kValidationsPerHour, std::chrono::hours{1}));
  return health;
}

}  // namespace acme
