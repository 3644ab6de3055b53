#include "common/runtime/issuer_runtime.hpp"

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

/// Not one order's trouble: those say so by a problem type.
bool concerns_issuer(const Error& error) {
  const bool no_acme_answer = error.kind == ErrorKind::transport || error.kind == ErrorKind::server_error;
  return (no_acme_answer && error.problem_type.empty()) || error.http_status / 100 == 5;
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

std::optional<UtcTime> IssuerRuntime::paused_until(std::optional<Seconds> lifetime_left) const {
  if (!outage_) return std::nullopt;
  Failure failure = outage_->failure;
  failure.lifetime_left = lifetime_left;
  const UtcTime until = outage_->since + retry_delay(failure, outage_->chance);
  // A pause that begins in the future is a clock that was set back.
  const UtcTime now = services_.scheduler->clock().now();
  if (until <= now || outage_->since > now) return std::nullopt;
  return until;
}

void IssuerRuntime::begin_outage(const Error& error) {
  Outage outage;
  outage.failure.type = classify(error);
  outage.failure.in_a_row = ++failures_;
  outage.failure.retry_after = error.retry_after;
  outage.error = error;
  outage.since = services_.scheduler->clock().now();
  outage.chance = services_.random->fraction();
  outage_ = std::move(outage);
}

bool IssuerRuntime::note_outcome(const Status& outcome) {
  if (!outcome && outcome.error().kind == ErrorKind::cancelled) return true;
  if (outcome || !concerns_issuer(outcome.error())) {
    failures_ = 0;
    outage_.reset();
    return true;
  }
  if (paused_until(std::nullopt)) return false;
  begin_outage(outcome.error());
  return true;
}

Task<IssuerRuntime::Ready> IssuerRuntime::ensure_ready(std::optional<Seconds> lifetime_left) {
  Ready result;
  const Wake wake = co_await preparing_.acquire();
  if (wake != Wake::ready) {
    result.status = Error{ErrorKind::cancelled, "the engine is stopping"};
    co_return result;
  }
  const Permit permit{preparing_};
  if (const auto until = paused_until(lifetime_left)) {
    Error error = outage_->error;
    error.retry_after = *until - services_.scheduler->clock().now();
    result.status = std::move(error);
    result.first = false;
    co_return result;
  }
  if (ready_) co_return result;
  // One that cannot wait for the end of the pause tries within it, and tells nothing new.
  const bool within_pause = paused_until(std::nullopt).has_value();
  auto task = ensure_account(account_context());
  result.status = co_await std::move(task);
  if (result.status) {
    ready_ = true;
    failures_ = 0;
    outage_.reset();
    co_return result;
  }
  result.first = !within_pause;
  if (result.status.error().kind != ErrorKind::cancelled && !within_pause) begin_outage(result.status.error());
  co_return result;
}

void IssuerRuntime::account_lost() {
  ready_ = false;
  orders_url_.reset();
  auto forgotten = forget_account_url(account_context());
  if (!forgotten) services_.log->warn(describe(forgotten.error()));
}

std::string IssuerRuntime::orders_url() {
  if (orders_url_) return *orders_url_;
  auto slot = account_slot(config_);
  if (!slot) return {};
  auto account = store_.load_account(*slot);
  if (!account || !account->has_value()) return {};
  orders_url_ = (*account)->orders_url;
  return *orders_url_;
}

}  // namespace acme
