#include "common/runtime/certificate_authority.hpp"

#include <algorithm>
#include <list>

#include "common/base/text.hpp"
#include "common/renew/limit_scope.hpp"

namespace acme {

namespace {

constexpr std::size_t kOrdersAtOnce = 16;
constexpr std::size_t kPollsAtOnce = 4;
constexpr Duration kNoPolls = std::chrono::minutes{10};

/// Not one order's trouble: those say so by a problem type.
bool concerns_issuer(const Error& error) {
  if (holds_whole_account(error)) return true;
  const bool no_acme_answer = error.kind == ErrorKind::transport || error.kind == ErrorKind::server_error;
  return (no_acme_answer && error.problem_type.empty()) || error.http_status / 100 == 5;
}

}  // namespace

CertificateAuthority::CertificateAuthority(const IssuerConfig& config, Store& store, Services services)
    : config_{config},
      store_{store},
      services_{services},
      orders_{*services.scheduler, kOrdersAtOnce},
      preparing_{*services.scheduler, 1},
      polls_{*services.scheduler, kPollsAtOnce} {}

std::optional<UtcTime> CertificateAuthority::paused_until(std::optional<Seconds> lifetime_left) const {
  if (!outage_) return std::nullopt;
  Failure failure = outage_->failure;
  failure.lifetime_left = lifetime_left;
  const UtcTime until = outage_->since + retry_delay(failure, outage_->chance);
  // A pause that begins in the future is a clock that was set back.
  if (until <= now() || outage_->since > now()) return std::nullopt;
  return until;
}

void CertificateAuthority::end_pause() {
  if (!outage_) return;
  // What the CA said of when to come again holds for everybody, until then.
  const Seconds said = outage_->failure.retry_after.value_or(Seconds{0});
  if (outage_->since + std::min<Seconds>(said, retry_delay(outage_->failure, outage_->chance)) <= now())
    outage_.reset();
}

void CertificateAuthority::recover() {
  last_success_ = now();
  // Orders that were under way may well end during a limit of new ones.
  const bool held = outage_ && outage_->failure.type == FailureClass::rate_limited && paused_until(std::nullopt);
  if (held) return;
  failures_ = 0;
  failing_since_.reset();
  outage_.reset();
}

void CertificateAuthority::begin_outage(const Error& error) {
  if (!failing_since_) failing_since_ = now();
  Outage outage;
  outage.failure.type = classify(error);
  outage.failure.in_a_row = ++failures_;
  outage.failure.retry_after = error.retry_after;
  outage.error = error;
  outage.since = now();
  outage.chance = services_.random->fraction();
  outage_ = std::move(outage);
}

bool CertificateAuthority::note_outcome(const Status& outcome) {
  if (!outcome && outcome.error().kind == ErrorKind::cancelled) return true;
  if (outcome || !concerns_issuer(outcome.error())) {
    recover();
    return true;
  }
  if (paused_until(std::nullopt)) return false;
  begin_outage(outcome.error());
  return true;
}

Task<CertificateAuthority::Ready> CertificateAuthority::ensure_ready(std::optional<Seconds> lifetime_left) {
  Ready result;
  const Wake wake = co_await preparing_.acquire();
  if (wake != Wake::ready) {
    result.status = Error{ErrorKind::cancelled, "the engine is stopping"};
    co_return result;
  }
  const Permit permit{preparing_};
  if (const auto until = paused_until(lifetime_left)) {
    Error error = outage_->error;
    error.retry_after = *until - now();
    result.status = std::move(error);
    result.first = false;
    co_return result;
  }
  if (ready_) co_return result;
  // One that cannot wait for the end of the pause tries within it, and tells nothing new.
  const bool within_pause = paused_until(std::nullopt).has_value();
  auto task = sign_in();
  result.status = co_await std::move(task);
  if (result.status) {
    ready_ = true;
    recover();
    co_return result;
  }
  result.first = !within_pause;
  if (result.status.error().kind != ErrorKind::cancelled && !within_pause) begin_outage(result.status.error());
  co_return result;
}

Task<Status> CertificateAuthority::while_quiet(Task<Status> work) {
  std::list<Permit> all;
  while (all.size() < kOrdersAtOnce) {
    const Wake wake = co_await orders_.acquire();
    if (wake != Wake::ready) co_return Error{ErrorKind::cancelled, "the engine is stopping"};
    all.emplace_back(orders_);
  }
  const Wake wake = co_await preparing_.acquire();
  if (wake != Wake::ready) co_return Error{ErrorKind::cancelled, "the engine is stopping"};
  const Permit permit{preparing_};
  auto done = co_await std::move(work);
  ready_ = false;
  co_return done;
}

bool CertificateAuthority::answers_polls() const {
  const bool rests = no_polls_before_ && services_.scheduler->clock().steady_now() < *no_polls_before_;
  return !rests && !paused_until(std::nullopt);
}

void CertificateAuthority::note_poll(const Status& outcome) {
  if (outcome) {
    poll_failure_told_ = false;
    no_polls_before_.reset();
    return;
  }
  const Error& error = outcome.error();
  if (error.kind == ErrorKind::cancelled || error.kind == ErrorKind::not_found) return;
  // What concerns one certificate only (404) says nothing of the others.
  const bool of_all = error.kind == ErrorKind::transport || error.http_status / 100 == 5 || error.http_status == 429;
  if (of_all) no_polls_before_ = services_.scheduler->clock().steady_now() + kNoPolls;
  if (poll_failure_told_) return;
  poll_failure_told_ = true;
  services_.log->info(cat(config_.name, ": ", describe(error), "; renewed as without it, asked again within hours"));
}

void CertificateAuthority::account_lost() {
  ready_ = false;
  forget_account();
}

}  // namespace acme
