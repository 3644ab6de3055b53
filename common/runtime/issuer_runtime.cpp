#include "common/runtime/issuer_runtime.hpp"

#include "common/renew/back_off.hpp"

namespace acme {

namespace {

constexpr std::size_t kOrdersAtOnce = 16;

Session::Endpoint endpoint_of(const IssuerConfig& config) {
  Session::Endpoint endpoint;
  endpoint.issuer = config.name;
  endpoint.directory_url = config.uri;
  endpoint.trust.ca_file = config.ssl_trusted_certificate;
  endpoint.trust.verify = config.ssl_verify;
  return endpoint;
}

}  // namespace

IssuerRuntime::IssuerRuntime(const IssuerConfig& config, Store& store, Services services)
    : config_{config},
      store_{store},
      services_{services},
      session_{endpoint_of(config), *services.http, *services.scheduler, *services.log},
      orders_{*services.scheduler, kOrdersAtOnce},
      preparing_{*services.scheduler, 1} {}

AccountContext IssuerRuntime::account_context() {
  AccountContext context;
  context.issuer = &config_;
  context.session = &session_;
  context.store = &store_;
  context.keys = services_.keys;
  context.log = services_.log;
  return context;
}

std::optional<UtcTime> IssuerRuntime::paused_until() const {
  if (!paused_until_ || *paused_until_ <= services_.scheduler->clock().now()) return std::nullopt;
  return paused_until_;
}

Task<IssuerRuntime::Ready> IssuerRuntime::ensure_ready() {
  Ready result;
  const Wake wake = co_await preparing_.acquire();
  if (wake != Wake::ready) {
    result.status = Error{ErrorKind::cancelled, "the engine is stopping"};
    co_return result;
  }
  const Permit permit{preparing_};
  if (ready_) co_return result;
  if (paused_until() && last_error_) {
    result.status = *last_error_;
    result.first = false;
    co_return result;
  }
  auto task = ensure_account(account_context());
  result.status = co_await std::move(task);
  if (result.status) {
    ready_ = true;
    failures_ = 0;
    co_return result;
  }
  if (result.status.error().kind == ErrorKind::cancelled) co_return result;
  Failure failure;
  failure.type = classify(result.status.error());
  failure.in_a_row = ++failures_;
  failure.retry_after = result.status.error().retry_after;
  paused_until_ = services_.scheduler->clock().now() + retry_delay(failure, services_.random->fraction());
  last_error_ = result.status.error();
  co_return result;
}

void IssuerRuntime::account_lost() {
  ready_ = false;
  auto forgotten = forget_account_url(account_context());
  if (!forgotten) services_.log->warn(describe(forgotten.error()));
}

std::string IssuerRuntime::orders_url() {
  auto slot = account_slot(config_);
  if (!slot) return {};
  auto account = store_.load_account(*slot);
  if (!account || !account->has_value()) return {};
  return (*account)->orders_url;
}

}  // namespace acme
