// The resources of RFC 8555 §7.1 as values, and their parsers. Each parser takes the body of an
// answer and returns ErrorKind::malformed naming the member that is missing or wrong. Members we do
// not use are ignored; URLs must be https (or http on a loopback host when `allow_http`).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/identifier.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"
#include "common/base/url.hpp"
#include "common/protocol/problem.hpp"
#include "common/protocol/requests.hpp"
namespace acme {

struct Directory {
  std::string new_nonce;
  std::string new_account;
  std::string new_order;
  std::string revoke_cert;   // may be empty
  std::string key_change;    // may be empty
  std::string renewal_info;  // RFC 9773; may be empty
  std::string terms_of_service;
  bool external_account_required = false;
  std::vector<std::string> profiles;        // names offered in meta.profiles
  std::vector<std::string> caa_identities;  // domain names of the CA, for CAA and dns-persist-01: lower case
};

enum class AccountStatus : std::uint8_t { valid, deactivated, revoked };
struct AccountObject {
  AccountStatus status = AccountStatus::valid;
  std::vector<std::string> contact;
  std::string orders;  // URL of the orders list; may be empty
};

enum class OrderStatus : std::uint8_t { pending, ready, processing, valid, invalid };
struct OrderObject {
  OrderStatus status = OrderStatus::pending;
  std::vector<Identifier> identifiers;
  std::vector<std::string> authorizations;
  std::string finalize;
  std::string certificate;  // set when valid
  std::optional<UtcTime> expires;
  std::optional<Error> error;  // ErrorKind::problem
};

enum class ChallengeStatus : std::uint8_t { pending, processing, valid, invalid };
struct ChallengeObject {
  std::string type;  // "http-01", ...
  std::string url;
  std::string token;  // base64url alphabet, checked for the types we answer; empty for others and dns-persist-01
  std::vector<std::string> issuer_domains;  // dns-persist-01: any of them may stand in the record; lower case
  ChallengeStatus status = ChallengeStatus::pending;
  std::optional<Error> error;  // ErrorKind::problem
};

enum class AuthorizationStatus : std::uint8_t { pending, valid, invalid, deactivated, expired, revoked };
struct AuthorizationObject {
  AuthorizationStatus status = AuthorizationStatus::pending;
  Identifier identifier;  // without "*."
  bool wildcard = false;
  std::vector<ChallengeObject> challenges;
  std::optional<UtcTime> expires;
};

Result<Directory> parse_directory(std::string_view body, bool allow_http);
Result<AccountObject> parse_account(std::string_view body, bool allow_http);
Result<OrderObject> parse_order(std::string_view body, bool allow_http);
Result<AuthorizationObject> parse_authorization(std::string_view body, bool allow_http);
Result<ChallengeObject> parse_challenge(std::string_view body, bool allow_http);
/// The `orders` member of an orders list (RFC 8555 §7.1.2.1): URLs.
Result<std::vector<std::string>> parse_order_list(std::string_view body, bool allow_http);

}  // namespace acme
