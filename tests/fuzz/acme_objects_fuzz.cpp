// The answers of a CA: whatever stands in them, only URLs that may be used, tokens that are tokens and texts that may
// be shown come out.
#include "common/base/ip_address.hpp"
#include "common/base/text.hpp"
#include "common/protocol/objects.hpp"
#include "common/protocol/renewal_info.hpp"
#include "tests/fuzz/properties.hpp"

using namespace acme;
using namespace acme_fuzz;

namespace {

constexpr std::size_t kMostNames = 1000;

bool is_url(std::string_view url, bool allow_http) {
  const bool https = starts_with_no_case(url, "https://");
  return (https || (allow_http && starts_with_no_case(url, "http://"))) && url.size() <= 2048 && is_plain(url) &&
         url.find_first_of(" \"<>\\") == std::string_view::npos;
}

void check_url(const std::string& url, bool allow_http, bool may_be_empty) {
  CHECK(url.empty() ? may_be_empty : is_url(url, allow_http));
}

void check_problem(const std::optional<Error>& error) {
  if (!error) return;
  CHECK(error->kind == ErrorKind::problem);
  check_error(*error);
}

void check_directory(std::string_view body, bool allow_http) {
  const auto directory = parse_directory(body, allow_http);
  check_error_of(directory);
  if (!directory) return;
  for (const auto& url : {directory->new_nonce, directory->new_account, directory->new_order}) {
    check_url(url, allow_http, false);
  }
  for (const auto& url : {directory->revoke_cert, directory->key_change, directory->renewal_info}) {
    check_url(url, allow_http, true);
  }
  check_plain(directory->terms_of_service, 512);
  for (const auto& profile : directory->profiles) check_plain(profile, 256);
  for (const auto& name : directory->caa_identities) CHECK(!name.empty() && is_of(name, kNameLetters));
}

void check_challenge(const ChallengeObject& challenge, bool allow_http) {
  check_plain(challenge.type, 256);
  check_url(challenge.url, allow_http, true);
  CHECK(challenge.token.size() <= 128 && is_of(challenge.token, kBase64Url));
  const bool open = challenge.status == ChallengeStatus::pending || challenge.status == ChallengeStatus::processing;
  const bool ours = challenge.type == "http-01" || challenge.type == "tls-alpn-01" || challenge.type == "dns-01";
  CHECK(!open || !ours || !challenge.token.empty());
  CHECK(!ours || !challenge.url.empty());
  CHECK(challenge.issuer_domains.size() <= 10);
  for (const auto& name : challenge.issuer_domains) CHECK(!name.empty() && is_of(name, kNameLetters));
  check_problem(challenge.error);
}

void check_name(const Identifier& name) {
  check_plain(name.value, 256);
  CHECK(name.type != IdentifierType::ip || parse_ip(name.value).has_value());
}

void check_order(std::string_view body, bool allow_http) {
  const auto order = parse_order(body, allow_http);
  check_error_of(order);
  if (!order) return;
  CHECK(order->identifiers.size() <= kMostNames && order->authorizations.size() <= kMostNames);
  for (const auto& name : order->identifiers) check_name(name);
  for (const auto& url : order->authorizations) check_url(url, allow_http, false);
  check_url(order->finalize, allow_http, false);
  check_url(order->certificate, allow_http, order->status != OrderStatus::valid);
  check_problem(order->error);
}

void check_authorization(std::string_view body, bool allow_http) {
  const auto authorization = parse_authorization(body, allow_http);
  check_error_of(authorization);
  if (!authorization) return;
  check_name(authorization->identifier);
  CHECK(!authorization->identifier.wildcard());
  CHECK(authorization->challenges.size() <= 100);
  for (const auto& challenge : authorization->challenges) check_challenge(challenge, allow_http);
}

void check_small_ones(std::string_view body, bool allow_http) {
  const auto account = parse_account(body, allow_http);
  check_error_of(account);
  if (account) {
    check_url(account->orders, allow_http, true);
    for (const auto& contact : account->contact) check_plain(contact, 512);
  }
  const auto orders = parse_order_list(body, allow_http);
  check_error_of(orders);
  if (orders) {
    for (const auto& url : *orders) check_url(url, allow_http, false);
  }
  const auto challenge = parse_challenge(body, allow_http);
  check_error_of(challenge);
  if (challenge) check_challenge(*challenge, allow_http);
}

void check_renewal_info(std::string_view body) {
  const auto info = parse_renewal_info(body);
  check_error_of(info);
  if (!info) return;
  CHECK(info->start < info->end);
  CHECK(info->explanation_url.empty() || is_url(info->explanation_url, true));
}

}  // namespace

FUZZ_TARGET(acme_objects) {
  for (const bool allow_http : {false, true}) {
    check_directory(input, allow_http);
    check_order(input, allow_http);
    check_authorization(input, allow_http);
    check_small_ones(input, allow_http);
  }
  check_renewal_info(input);
}
