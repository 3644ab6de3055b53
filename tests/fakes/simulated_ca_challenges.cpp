// The half of SimulatedCa that validates names.
#include <algorithm>

#include "common/base/challenge_type.hpp"
#include "common/base/text.hpp"
#include "common/protocol/dns_challenge.hpp"
#include "tests/fakes/scripted_http.hpp"
#include "tests/fakes/simulated_ca.hpp"

namespace acme_test {

using namespace acme;

namespace {

constexpr const char* kJson = "application/json";

bool contains(const std::vector<std::string>& list, const std::string& entry) {
  return std::find(list.begin(), list.end(), entry) != list.end();
}

}  // namespace

bool SimulatedCa::is_proved(const CaAuthorization& authorization, const CaAccount& account) const {
  const std::string proof = cat(authorization.token, '.', thumbprint_of(account.key));
  const std::string& type = authorization.told_type;
  if (type == kHttp01) return live_(authorization.token) == proof;
  if (type == kTlsAlpn01) return live_tls && live_tls(authorization.name.value) == proof;
  if (!txt) return false;
  if (type == kDns01) return contains(txt(dns01_record_name(authorization.name)), *dns01_value(proof));
  if (type == kDnsAccount01) {
    return contains(txt(*dns_account01_record_name(account.url, authorization.name)), *dns01_value(proof));
  }
  DnsPersistNeed need;
  need.issuer_domains = caa_identities;
  need.account_url = account.url;
  need.wildcard = authorization.name.wildcard();
  return judge_dns_persist_records(txt(dns_persist_record_name(authorization.name)), need, clock_.now()).found;
}

void SimulatedCa::refresh(CaAuthorization& authorization) {
  if (authorization.status != "pending" || !authorization.told) return;
  if (clock_.steady_now() < *authorization.told + validation_takes) return;
  const auto account = std::find_if(records_.accounts.begin(), records_.accounts.end(),
                                    [&](const CaAccount& one) { return one.url == authorization.account; });
  auto bad = bad_names.find(authorization.name.value);
  if (bad == bad_names.end()) bad = bad_names.find(cat(authorization.name.value, " ", authorization.told_type));
  const bool proved = is_proved(authorization, *account);
  authorization.decided = clock_.now();
  authorization.status = bad == bad_names.end() && proved ? "valid" : "invalid";
  if (authorization.status == "valid") return;
  authorization.problem_type = bad == bad_names.end() ? "unauthorized" : bad->second;
  records_.failed_validations.push_back(clock_.now());
}

std::string SimulatedCa::challenge_text(const CaAuthorization& authorization, const std::string& type) const {
  const bool told = authorization.told && authorization.told_type == type;
  const bool asked = authorization.status == "pending" && told;
  const std::string number = authorization.url.substr(authorization.url.rfind('/') + 1);
  JsonBuilder json = JsonBuilder::object();
  json.set("type", type).set("url", cat(base_, "/challenge/", number, "/", type));
  json.set("status", asked ? "processing" : told ? authorization.status : "pending");
  if (type == kDnsPersist01) {
    JsonBuilder issuers = JsonBuilder::array();
    for (const auto& name : caa_identities) issuers.add(name);
    json.set("issuer-domain-names", std::move(issuers)).set("accounturi", authorization.account);
  } else {
    json.set("token", authorization.token);
  }
  if (authorization.status == "invalid" && told) {
    JsonBuilder error = JsonBuilder::object();
    error.set("type", "urn:ietf:params:acme:error:" + authorization.problem_type);
    error.set("detail", cat("no proof of ", authorization.name.value));
    json.set("error", std::move(error));
  }
  return json.text();
}

SimulatedCa::Answer SimulatedCa::authorization(CaAuthorization& authorization) {
  refresh(authorization);
  const Identifier& name = authorization.name;
  JsonBuilder identifier = JsonBuilder::object();
  identifier.set("type", name.type == IdentifierType::dns ? "dns" : "ip");
  identifier.set("value", name.wildcard() ? name.value.substr(2) : name.value);
  std::string challenges;
  for (const auto& type : offers) {
    // As Let's Encrypt does: of a failed authorization only what was tried is left.
    if (!can_prove(type, name)) continue;
    if (authorization.status == "invalid" && type != authorization.told_type) continue;
    challenges += cat(challenges.empty() ? "" : ",", challenge_text(authorization, type));
  }
  const std::string text =
      cat(R"({"status":")", authorization.status, R"(","identifier":)", identifier.text(), R"(,"wildcard":)",
          name.wildcard() ? "true" : "false", R"(,"challenges":[)", challenges, "]}");
  return with_nonce(answer(200, text, {{"content-type", kJson}}));
}

SimulatedCa::Answer SimulatedCa::challenge(CaAuthorization& authorization, const std::string& type) {
  refresh(authorization);
  if (!contains(offers, type)) return problem(404, "malformed", "no such challenge");
  if (authorization.status != "pending") return problem(400, "malformed", "the authorization is not pending");
  if (!authorization.told) {
    authorization.told = clock_.steady_now();
    authorization.told_type = type;
  }
  // A CA that is quick asks before its answer is out.
  refresh(authorization);
  return with_nonce(answer(200, challenge_text(authorization, type), {{"content-type", kJson}}));
}

}  // namespace acme_test
