#include "common/client/challenge_answers.hpp"

#include "common/base/challenge_type.hpp"
#include "common/base/text.hpp"
#include "common/protocol/dns_challenge.hpp"
#include "common/protocol/jws.hpp"

namespace acme {

namespace {

constexpr Duration kLookAgain = std::chrono::milliseconds{250};
constexpr Duration kPatience = std::chrono::minutes{3};

/// Another order's answer for this name is live (ChallengeBoard::publish_tls_alpn).
bool is_busy(const Error& error) { return error.kind == ErrorKind::internal; }

Result<DnsChallenge> record_for(const OrderContext& context, const ChosenChallenge& chosen) {
  auto value = dns01_value(chosen.key_authorization);
  if (!value) return std::move(value).error();
  DnsChallenge record;
  record.name = chosen.name.value;
  record.record_name = dns01_record_name(chosen.name);
  record.value = *std::move(value);
  if (chosen.challenge.type != kDnsAccount01) return record;
  auto labelled = dns_account01_record_name(context.session->account_url(), chosen.name);
  if (!labelled) return std::move(labelled).error();
  record.record_name = *std::move(labelled);
  return record;
}

}  // namespace

Result<ChosenChallenge> chosen_challenge(const OrderContext& context, const Identifier& name,
                                         const ChallengeObject& challenge) {
  ChosenChallenge chosen{name, challenge, ""};
  if (challenge.type == kDnsPersist01) return chosen;
  auto proof = key_authorization(challenge.token, *context.session->account_key());
  if (!proof) return std::move(proof).error();
  chosen.key_authorization = *std::move(proof);
  return chosen;
}

Status publish_http(const OrderContext& context, const ChosenChallenge& chosen) {
  return context.live->publish(chosen.challenge.token, chosen.key_authorization);
}

Task<Status> publish_tls(OrderContext context, const ChosenChallenge& chosen) {
  const SteadyTime until = context.scheduler->clock().steady_now() + kPatience;
  for (;;) {
    auto published = context.live->publish_tls_alpn(chosen.name.value, chosen.key_authorization);
    const bool busy = !published && is_busy(published.error());
    if (!busy || context.scheduler->clock().steady_now() >= until) co_return published;
    const Wake wake = co_await context.scheduler->sleep_for(kLookAgain);
    if (wake == Wake::cancelled) co_return Error{ErrorKind::cancelled, "the engine is stopping"};
  }
}

Task<std::vector<Status>> present_records(OrderContext context, const OrderRequest& request,
                                          const std::vector<const ChosenChallenge*>& chosen) {
  std::vector<Status> results(chosen.size());
  std::vector<DnsChallenge> records;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    auto record = record_for(context, *chosen[i]);
    if (!record) {
      results[i] = std::move(record).error();
      continue;
    }
    records.push_back(*std::move(record));
    places.push_back(i);
  }
  if (context.dns == nullptr) {
    for (const std::size_t place : places) {
      results[place] = Error{ErrorKind::configuration, "no dns_provider can set its TXT record"};
    }
    co_return results;
  }
  auto task = context.dns->present(context.session->endpoint().issuer, request.certificate_id, std::move(records));
  auto presented = co_await std::move(task);
  for (std::size_t i = 0; i < places.size() && i < presented.size(); ++i) results[places[i]] = std::move(presented[i]);
  co_return results;
}

Error not_prepared(const OrderRequest& request, const ChosenChallenge& chosen, Error error) {
  const std::string& type = chosen.challenge.type;
  const bool own_word = error.kind == ErrorKind::cancelled || error.kind == ErrorKind::configuration;
  const bool of_disk = !sets_dns_record(type) && !is_busy(error);
  std::string what = cat(chosen.name.value, " by ", type);
  if (chosen.name.value != request.title) what = cat(request.title, ": ", what);
  error = std::move(error).with_context(what);
  if (own_word || of_disk) return error;
  // A DNS provider without an answer is not a CA without one.
  error.kind = ErrorKind::validation;
  error.problem_type = kNotPrepared;
  error.http_status = 0;
  error.subproblems.clear();
  return error;
}

}  // namespace acme
