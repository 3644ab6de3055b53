#include "common/protocol/objects.hpp"

#include <array>

#include "common/base/challenge_type.hpp"
#include "common/base/text.hpp"
#include "common/json/json.hpp"
#include "common/protocol/object_reader.hpp"

namespace acme {

namespace {

constexpr std::size_t kMaxNames = 1000;
constexpr std::size_t kMaxChallenges = 100;
constexpr std::size_t kMaxSmallList = 100;
constexpr std::size_t kMaxOrders = 10000;
constexpr std::size_t kMaxToken = 128;
constexpr std::size_t kMaxText = 256;          // a name, a type
constexpr std::size_t kMaxIssuerDomains = 10;  // draft-ietf-acme-dns-persist: a challenge with more is refused

constexpr std::array<StatusName<AccountStatus>, 3> kAccountStatus{{{"valid", AccountStatus::valid},
                                                                   {"deactivated", AccountStatus::deactivated},
                                                                   {"revoked", AccountStatus::revoked}}};
constexpr std::array<StatusName<OrderStatus>, 5> kOrderStatus{{{"pending", OrderStatus::pending},
                                                               {"ready", OrderStatus::ready},
                                                               {"processing", OrderStatus::processing},
                                                               {"valid", OrderStatus::valid},
                                                               {"invalid", OrderStatus::invalid}}};
constexpr std::array<StatusName<ChallengeStatus>, 4> kChallengeStatus{{{"pending", ChallengeStatus::pending},
                                                                       {"processing", ChallengeStatus::processing},
                                                                       {"valid", ChallengeStatus::valid},
                                                                       {"invalid", ChallengeStatus::invalid}}};
constexpr std::array<StatusName<AuthorizationStatus>, 6> kAuthorizationStatus{
    {{"pending", AuthorizationStatus::pending},
     {"valid", AuthorizationStatus::valid},
     {"invalid", AuthorizationStatus::invalid},
     {"deactivated", AuthorizationStatus::deactivated},
     {"expired", AuthorizationStatus::expired},
     {"revoked", AuthorizationStatus::revoked}}};

/// RFC 8555 §8.3: base64url alphabet. It becomes a key of lookups, part of a URL and of a DNS record.
bool is_token(std::string_view token) {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  return !token.empty() && token.size() <= kMaxToken && token.find_first_not_of(alphabet) == std::string_view::npos;
}

bool is_domain_name(std::string_view name) {
  constexpr std::string_view alphabet = "abcdefghijklmnopqrstuvwxyz0123456789-_.";
  return !name.empty() && name.size() < kMaxText && name.find_first_not_of(alphabet) == std::string_view::npos;
}

/// Domain names of the CA; what is none is left out.
std::vector<std::string> read_domain_names(const Json& list) {
  std::vector<std::string> names;
  for (const auto& entry : list.items()) {
    if (names.size() == kMaxSmallList) break;
    std::string name = to_lower(entry.string().value_or(""));
    if (name.ends_with('.')) name.pop_back();
    if (is_domain_name(name)) names.push_back(std::move(name));
  }
  return names;
}

/// The names that a record for dns-persist-01 may begin with; none when the challenge is not as the draft wants it.
std::vector<std::string> read_issuer_domains(const Json& object) {
  auto names = read_domain_names(object["issuer-domain-names"]);
  if (names.size() > kMaxIssuerDomains) names.clear();
  return names;
}

/// A challenge of a type that we do not answer is never an error, whatever it holds.
ChallengeObject read_unknown_challenge(const Json& object, std::string_view type, bool allow_http) {
  ChallengeObject challenge;
  challenge.type = cleaned(type, kMaxText);
  const std::string url = object["url"].string().value_or("");
  if (acceptable_url(url, allow_http)) challenge.url = url;
  const auto status = object["status"].string();
  for (const auto& row : kChallengeStatus) {
    if (status == row.name) challenge.status = row.status;
  }
  const Json error = object["error"];
  if (error.is_object()) challenge.error = to_error(error);
  return challenge;
}

Result<ChallengeObject> read_challenge(const Json& object, bool allow_http) {
  ObjectReader reader{"challenge", object, allow_http};
  const auto type = object["type"].string();
  if (!type) reader.refuse_member("type", "is missing or no text");
  if (type && !is_challenge_type(*type)) return read_unknown_challenge(object, *type, allow_http);
  ChallengeObject challenge;
  challenge.type = type.value_or("");
  challenge.url = reader.url("url", true);
  challenge.status = reader.status(kChallengeStatus);
  challenge.error = reader.problem();
  if (challenge.type == kDnsPersist01) {
    challenge.issuer_domains = read_issuer_domains(object);
    return reader.finish(std::move(challenge));
  }
  challenge.token = object["token"].string().value_or("");
  // A challenge that is done needs no answer any more; some CAs then leave the token out.
  const bool done = challenge.status == ChallengeStatus::valid || challenge.status == ChallengeStatus::invalid;
  const bool left_out = done && !object.has("token");
  if (!left_out && !is_token(challenge.token)) {
    reader.refuse_member("token", cat("is no token: ", cleaned(challenge.token, 64)));
  }
  return reader.finish(std::move(challenge));
}

}  // namespace

Result<Directory> parse_directory(std::string_view body, bool allow_http) {
  auto reader = ObjectReader::open("directory", body, allow_http);
  if (!reader) return std::move(reader).error();
  Directory directory;
  directory.new_nonce = reader->url("newNonce", true);
  directory.new_account = reader->url("newAccount", true);
  directory.new_order = reader->url("newOrder", true);
  directory.revoke_cert = reader->url("revokeCert", false);
  directory.key_change = reader->url("keyChange", false);
  directory.renewal_info = reader->url("renewalInfo", false);
  const Json meta = reader->object()["meta"];
  directory.terms_of_service = cleaned(meta["termsOfService"].string().value_or(""));
  directory.external_account_required = meta["externalAccountRequired"].boolean().value_or(false);
  for (auto& profile : meta["profiles"].keys()) {
    if (directory.profiles.size() == kMaxSmallList) break;
    directory.profiles.push_back(cleaned(profile, kMaxText));
  }
  directory.caa_identities = read_domain_names(meta["caaIdentities"]);
  return reader->finish(std::move(directory));
}

Result<AccountObject> parse_account(std::string_view body, bool allow_http) {
  auto reader = ObjectReader::open("account", body, allow_http);
  if (!reader) return std::move(reader).error();
  AccountObject account;
  account.status = reader->status(kAccountStatus);
  for (const auto& entry : reader->object()["contact"].items()) {
    if (account.contact.size() == kMaxSmallList) break;
    if (const auto contact = entry.string()) account.contact.push_back(cleaned(*contact));
  }
  account.orders = reader->url("orders", false);
  return reader->finish(std::move(account));
}

Result<OrderObject> parse_order(std::string_view body, bool allow_http) {
  auto reader = ObjectReader::open("order", body, allow_http);
  if (!reader) return std::move(reader).error();
  OrderObject order;
  order.status = reader->status(kOrderStatus);
  for (const auto& entry : reader->list("identifiers", kMaxNames)) {
    order.identifiers.push_back(reader->identifier("identifiers", entry));
  }
  order.authorizations = reader->urls("authorizations", kMaxNames);
  order.finalize = reader->url("finalize", true);
  order.certificate = reader->url("certificate", order.status == OrderStatus::valid);
  order.expires = reader->time("expires");
  order.error = reader->problem();
  return reader->finish(std::move(order));
}

Result<AuthorizationObject> parse_authorization(std::string_view body, bool allow_http) {
  auto reader = ObjectReader::open("authorization", body, allow_http);
  if (!reader) return std::move(reader).error();
  AuthorizationObject authorization;
  authorization.status = reader->status(kAuthorizationStatus);
  authorization.identifier = reader->identifier("identifier", reader->object()["identifier"]);
  authorization.wildcard = reader->object()["wildcard"].boolean().value_or(false);
  if (authorization.identifier.wildcard()) {  // against RFC 8555 §7.1.4, seen all the same
    authorization.identifier.value.erase(0, 2);
    authorization.wildcard = true;
  }
  for (const auto& entry : reader->list("challenges", kMaxChallenges)) {
    auto challenge = read_challenge(entry, allow_http);
    if (!challenge) return std::move(challenge).error();
    authorization.challenges.push_back(*std::move(challenge));
  }
  authorization.expires = reader->time("expires");
  return reader->finish(std::move(authorization));
}

Result<ChallengeObject> parse_challenge(std::string_view body, bool allow_http) {
  const auto json = Json::parse(body);
  if (!json) return Error{json.error()}.with_context("the CA's challenge");
  return read_challenge(*json, allow_http);
}

Result<std::vector<std::string>> parse_order_list(std::string_view body, bool allow_http) {
  auto reader = ObjectReader::open("orders list", body, allow_http);
  if (!reader) return std::move(reader).error();
  auto orders = reader->urls("orders", kMaxOrders);
  return reader->finish(std::move(orders));
}

}  // namespace acme
