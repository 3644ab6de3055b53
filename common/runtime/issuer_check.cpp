#include "common/runtime/issuer_check.hpp"

#include "common/base/text.hpp"
#include "common/client/account.hpp"
#include "common/protocol/objects.hpp"

namespace acme {

namespace {

constexpr Seconds kTolerableClockError{300};
constexpr Seconds kHarmfulClockError{3600};

Finding judge_account(IssuerRuntime& issuer) {
  const std::string& name = issuer.config().name;
  const auto finding = [&](Severity severity, const std::string& what) {
    return Finding{"account", name, severity, cat("issuer ", name, ": ", what)};
  };
  const auto slot = account_slot(issuer.config());
  auto stored = slot ? issuer.store().load_account(*slot) : Result<std::optional<StoredAccount>>{slot.error()};
  if (!stored) {
    return finding(Severity::failure, "its account cannot be read")
        .because(cleaned(stored.error().message))
        .mended_by(cleaned(stored.error().hint));
  }
  if (!stored->has_value()) return finding(Severity::note, "no account yet: one is made with the first order");
  if ((*stored)->deactivated) {
    return finding(Severity::failure, "its account was deactivated")
        .because("acmectl account deactivate was used: nothing is ordered there any more")
        .mended_by("name another issuer, or remove the account's file below accounts/ to register anew");
  }
  return finding(Severity::ok, cat("account ", cleaned((*stored)->url, 200)));
}

Finding judge_answer(const std::string& name, const std::string& url, const Result<HttpResponse>& response) {
  const auto finding = [&](Severity severity, const std::string& what) {
    return Finding{"ca", name, severity, cat("issuer ", name, ": ", what)};
  };
  const std::string shown = cleaned(url, 200);
  if (!response) {
    return finding(Severity::failure, cat(shown, " cannot be used"))
        .because(cleaned(response.error().message))
        .mended_by(cleaned(response.error().hint));
  }
  if (response->status == 200 && parse_directory(response->body, true)) {
    return finding(Severity::ok, cat(shown, " answers and is trusted"));
  }
  return finding(Severity::failure, cat(shown, " is no ACME directory"))
      .because(cat("it answers ", response->status))
      .mended_by("check `uri` (Apache: `AcmeUri`) of the issuer; else see the CA's status page");
}

Finding judge_pause(const IssuerRuntime& issuer, UtcTime until, UtcTime now) {
  const std::string& name = issuer.config().name;
  return Finding{"pause", name, Severity::warning,
                 cat("issuer ", name, ": paused for ", format_duration(until - now), " after ",
                     issuer.failures_in_a_row(), " failures of the CA as a whole")}
      .because("the CA did not answer, or named this time")
      .mended_by("acmectl renew NAME tries at once, unless the CA named the time");
}

}  // namespace

Finding judge_clock(const std::string& issuer, Seconds difference) {
  const Seconds off = difference < Seconds{0} ? -difference : difference;
  if (off < kTolerableClockError) return {"clock", issuer, Severity::ok, cat("the clock agrees with that of ", issuer)};
  const Severity severity = off < kHarmfulClockError ? Severity::warning : Severity::failure;
  return Finding{"clock", issuer, severity,
                 cat("this machine's clock is ", format_duration(off),
                     difference < Seconds{0} ? " ahead of" : " behind", " that of ", issuer)}
      .because("new certificates look not yet valid or expired, and renewals come at the wrong time")
      .mended_by("set the clock and run a time service: timedatectl set-ntp true");
}

Task<std::vector<Finding>> check_issuer(const OperationTools& tools, IssuerRuntime& issuer) {
  const IssuerConfig& config = issuer.config();
  HttpRequest request{config.uri};
  request.trust = issuer.session().endpoint().trust;
  request.timeout = std::chrono::seconds{15};
  request.max_redirects = 5;
  auto sending = tools.http->send(std::move(request));
  const auto response = co_await std::move(sending);
  const UtcTime now = tools.scheduler->clock().now();
  std::vector<Finding> findings{judge_answer(config.name, config.uri, response)};
  const auto date = response ? parse_http_date(response->header("date")) : std::nullopt;
  if (date) findings.push_back(judge_clock(config.name, *date - now));
  findings.push_back(judge_account(issuer));
  const auto paused = issuer.paused_until(std::nullopt);
  if (paused && *paused > now) findings.push_back(judge_pause(issuer, *paused, now));
  co_return findings;
}

}  // namespace acme
