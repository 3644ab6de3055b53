#include "common/runtime/notice_troubles.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

#include "common/base/text.hpp"
#include "common/protocol/advice.hpp"
#include "common/runtime/tended_certificate.hpp"

namespace acme {

namespace {

constexpr Seconds kPatience = std::chrono::minutes{2};
constexpr Seconds kLongPatience = std::chrono::minutes{10};
/// The part of a lifetime after which what should have been renewed is overdue.
constexpr int kOverduePart = 60;

/// They end by themselves, as a rule.
constexpr std::array<std::string_view, 3> kPassing{"passing", "serverInternal", "rateLimited"};
/// Nothing is had from this CA any more.
constexpr std::array<std::string_view, 3> kOfAccount{"externalAccountRequired", "userActionRequired",
                                                     "accountDoesNotExist"};

bool is_among(std::string_view word, std::span<const std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

Trouble trouble_of(const TroubledCertificate& facts, Aspect aspect, NoticeEvent event, std::string cause) {
  Trouble trouble;
  trouble.aspect = aspect;
  trouble.event = event;
  trouble.certificate = facts;
  trouble.cause = std::move(cause);
  return trouble;
}

Trouble failing(const TroubledCertificate& facts, const CertificateState& state) {
  const std::string& type = state.last_error_type;
  // CAs call it a limit, an error of their own or anything else; it passes not before a person acts.
  const std::string contract{contract_trouble(state.last_hint)};
  const bool passing = contract.empty() && is_among(type, kPassing);
  const bool local = type == "local";
  const bool blocked = local || !contract.empty() || is_among(type, kOfAccount);
  // Whether a CA does not answer or says 503 is one trouble.
  const std::string cause = passing && type != "rateLimited" ? "no-answer" : type;
  Trouble trouble = trouble_of(facts, Aspect::order, blocked ? NoticeEvent::blocked : NoticeEvent::failed,
                               contract.empty() ? cause : contract);
  trouble.passing = passing;
  if (local) trouble.patience = kLongPatience;
  trouble.detail = state.last_error;
  trouble.hint = state.last_hint;
  trouble.attempts = state.failures;
  return trouble;
}

/// It does not fail, and yet nothing happens.
bool is_overdue(const TendedCertificate& tended, UtcTime now) {
  const auto due = tended.renew_at();
  const auto lifetime = tended.lifetime();
  return due && lifetime && !tended.under_way() && now - *due > *lifetime / kOverduePart;
}

}  // namespace

TroubledCertificate facts_of(const TendedCertificate& tended, const Activation* activation) {
  const CertificateState& state = tended.state();
  TroubledCertificate facts;
  facts.id = tended.config().id;
  facts.name = tended.config().first_name;
  facts.issuer = tended.config().issuer;
  facts.version = tended.version();
  if (tended.meta()) {
    facts.not_before = tended.meta()->not_before;
    facts.not_after = tended.meta()->not_after;
  }
  facts.next_try = state.failures > 0 ? state.next_try : tended.renew_at();
  const Served* served = activation != nullptr ? activation->of(facts.id) : nullptr;
  facts.live = served == nullptr || served->state == ServedState::live;
  return facts;
}

void add_troubles(const TendedCertificate& tended, const Activation* activation, UtcTime now,
                  std::vector<Trouble>& troubles) {
  const CertificateState& state = tended.state();
  const Served* served = activation != nullptr ? activation->of(tended.config().id) : nullptr;
  const bool other_served = served != nullptr && served->state == ServedState::other;
  const bool overdue = is_overdue(tended, now);
  if (state.failures == 0 && !state.revoked && !other_served && !overdue) return;
  const TroubledCertificate facts = facts_of(tended, activation);
  if (state.failures > 0) {
    troubles.push_back(failing(facts, state));
  } else if (overdue) {
    Trouble trouble = trouble_of(facts, Aspect::order, NoticeEvent::failed, "overdue");
    trouble.passing = true;
    trouble.patience = kLongPatience;
    trouble.detail = cat("It was to be renewed ", format_for_people(*tended.renew_at()), " (", tended.renew_reason(),
                         ") and is waiting still");
    troubles.push_back(std::move(trouble));
  }
  if (state.revoked) {
    Trouble trouble = trouble_of(facts, Aspect::revocation, NoticeEvent::revoked, "revoked");
    trouble.patience = kPatience;
    trouble.hint = cat("see why no new one takes its place, or order one: `acmectl renew ", facts.name, "`");
    troubles.push_back(std::move(trouble));
  }
  if (other_served) {
    Trouble trouble = trouble_of(facts, Aspect::serving, NoticeEvent::not_live, "other");
    trouble.patience = kPatience;
    trouble.detail = served->detail;
    trouble.hint = "reload the server; look for another server or a static certificate in front of it";
    troubles.push_back(std::move(trouble));
  }
}

}  // namespace acme
