#include "tests/fakes/simulated_ca.hpp"

#include <algorithm>
#include <numeric>

#include "common/base/text.hpp"
#include "tests/fakes/scripted_http.hpp"

namespace acme_test {

using namespace acme;

namespace {

constexpr const char* kJson = "application/json";

/// The last part of ".../order/17/finalize" that is a number.
std::size_t number_in(std::string_view path) {
  const auto begin = path.find_first_of("0123456789");
  if (begin == std::string_view::npos) return 0;
  const auto end = std::min(path.find_first_not_of("0123456789", begin), path.size());
  return static_cast<std::size_t>(parse_number(path.substr(begin, end - begin)).value_or(0));
}

/// The record with this number (from 1), unless it is not there or was forgotten.
template <class Record>
Record* find(std::vector<Record>& records, std::size_t number) {
  return number >= 1 && number <= records.size() ? &records[number - 1] : nullptr;
}

}  // namespace

HttpResponse html(int status) {
  return answer(status, "<html><body>Bad Gateway</body></html>", {{"content-type", "text/html"}});
}

HttpResponse problem_answer(int status, const std::string& type, const std::string& detail) {
  JsonBuilder body = JsonBuilder::object();
  body.set("type", "urn:ietf:params:acme:error:" + type).set("detail", detail).set("status", status);
  return answer(status, body.text(), {{"content-type", "application/problem+json"}});
}

Error no_answer() { return {ErrorKind::transport, "connection reset"}; }

SimulatedCa::SimulatedCa(std::string host, const ManualClock& clock, Live live)
    : base_{"https://" + host}, clock_{clock}, live_{std::move(live)} {}

int SimulatedCa::count(CaRequest kind) const {
  const auto found = counts_.find(kind);
  return found == counts_.end() ? 0 : found->second;
}

int SimulatedCa::requests() const {
  return std::accumulate(counts_.begin(), counts_.end(), 0, [](int sum, const auto& row) { return sum + row.second; });
}

CaRequest SimulatedCa::kind_of(const std::string& path) const {
  if (path == "/directory") return CaRequest::directory;
  if (path == "/new-nonce") return CaRequest::new_nonce;
  if (path == "/new-account") return CaRequest::new_account;
  if (path == "/key-change") return CaRequest::key_change;
  if (path == "/revoke-cert") return CaRequest::revoke_cert;
  if (path == "/new-order") return CaRequest::new_order;
  if (path.starts_with("/account/")) return path.ends_with("/orders") ? CaRequest::order_list : CaRequest::account;
  if (path.starts_with("/order/")) return path.ends_with("/finalize") ? CaRequest::finalize : CaRequest::order;
  if (path.starts_with("/authorization/")) return CaRequest::authorization;
  if (path.starts_with("/challenge/")) return CaRequest::challenge;
  if (path.starts_with("/certificate/")) return CaRequest::certificate;
  if (path.starts_with("/renewal-info/")) return CaRequest::renewal_info;
  return CaRequest::unknown;
}

SimulatedCa::Answer SimulatedCa::handle(const HttpRequest& request) {
  const CaRequest kind =
      request.url.starts_with(base_) ? kind_of(request.url.substr(base_.size())) : CaRequest::unknown;
  ++counts_[kind];
  if (instead) {
    if (auto given = instead(kind)) return *std::move(given);
  }
  Answer answered = dispatch(kind, request);
  if (afterwards) afterwards(kind, answered);
  return answered;
}

SimulatedCa::Answer SimulatedCa::dispatch(CaRequest kind, const HttpRequest& request) {
  if (kind == CaRequest::directory) return directory();
  if (kind == CaRequest::new_nonce) return with_nonce(answer(request.method == "HEAD" ? 200 : 204));
  if (kind == CaRequest::renewal_info) return renewal_info(request.url.substr(request.url.rfind('/') + 1));
  if (request.method != "POST") return problem(405, "malformed", "POST only");
  if (request.content_type != "application/jose+json") return problem(415, "malformed", "wrong content type");
  return signed_request(kind, request);
}

SimulatedCa::Answer SimulatedCa::signed_request(CaRequest kind, const HttpRequest& request) {
  const auto jws = read_jws(request.body);
  if (!jws) return problem(400, "malformed", "no JWS");
  const Json& header = jws->protected_header;
  const bool known_nonce = nonces_.erase(header["nonce"].string().value_or("")) == 1;
  if (!known_nonce || random_.fraction() < bad_nonces) return problem(400, "badNonce", "nonce refused");
  if (header["url"].string() != request.url) return problem(400, "unauthorized", "url does not match");
  if (header.has("jwk") && !header.has("kid")) {
    const std::string key = canonical_jwk(header["jwk"]);
    if (key.empty() || !is_signed_by(*jws, key)) return problem(400, "malformed", "signature");
    const auto payload = Json::parse(jws->payload);
    if (!payload) return problem(400, "malformed", "payload");
    if (kind == CaRequest::new_account) return new_account(*payload, key);
    if (kind == CaRequest::revoke_cert) return revoke(nullptr, key, *payload);
    return problem(400, "malformed", "a kid is wanted here");
  }
  const std::string kid = header["kid"].string().value_or("");
  const auto account = std::find_if(records_.accounts.begin(), records_.accounts.end(),
                                    [&](const CaAccount& one) { return one.url == kid && !one.forgotten; });
  if (account == records_.accounts.end()) return problem(400, "accountDoesNotExist", "no such account");
  if (header.has("jwk") || !is_signed_by(*jws, account->key)) return problem(400, "malformed", "signature");
  if (account->deactivated) return problem(403, "unauthorized", "Account is not valid, has status \"deactivated\"");
  return signed_by_account(kind, request, *account, *jws);
}

SimulatedCa::Answer SimulatedCa::signed_by_account(CaRequest kind, const HttpRequest& request, CaAccount& account,
                                                   const CaJws& jws) {
  const std::size_t number = number_in(request.url.substr(base_.size()));
  const auto payload = Json::parse(jws.payload.empty() ? "{}" : jws.payload);
  if (!payload) return problem(400, "malformed", "payload");
  if (kind == CaRequest::new_order) return new_order(account, *payload);
  if (kind == CaRequest::order_list) return order_list(account);
  if (kind == CaRequest::account) return this->account(account, jws);
  if (kind == CaRequest::key_change) return change_key(account, jws, request.url);
  if (kind == CaRequest::revoke_cert) return revoke(&account, "", *payload);
  if (kind == CaRequest::authorization || kind == CaRequest::challenge) {
    CaAuthorization* found = find(records_.authorizations, number);
    if (found == nullptr || found->account != account.url) return problem(404, "malformed", "no such authorization");
    return kind == CaRequest::authorization ? authorization(*found)
                                            : challenge(*found, request.url.substr(request.url.rfind('/') + 1));
  }
  CaOrder* found = find(records_.orders, number);
  if (found == nullptr || found->forgotten || found->account != account.url) {
    return problem(404, "malformed", "no such order");
  }
  refresh(*found);
  if (kind == CaRequest::order) return order(*found, 200);
  if (kind == CaRequest::finalize) return finalize(*found, *payload);
  if (kind == CaRequest::certificate) return certificate(*found, request.url.ends_with("/alternate"));
  return problem(404, "malformed", "nothing here");
}

std::string SimulatedCa::new_nonce() {
  const std::string nonce = base64url_encode(cat(++last_nonce_, "-", random_.next()));
  nonces_.insert(nonce);
  return nonce;
}

SimulatedCa::Answer SimulatedCa::with_nonce(HttpResponse response) {
  response.headers.emplace_back("replay-nonce", new_nonce());
  return response;
}

SimulatedCa::Answer SimulatedCa::problem(int status, const char* type, const std::string& detail) {
  return with_nonce(problem_answer(status, type, detail));
}

SimulatedCa::Answer SimulatedCa::directory() {
  JsonBuilder meta = JsonBuilder::object();
  if (!terms.empty()) meta.set("termsOfService", terms);
  meta.set("externalAccountRequired", external_account_required);
  if (!profiles.empty()) {
    JsonBuilder offered = JsonBuilder::object();
    for (const auto& name : profiles) offered.set(name.c_str(), "a profile");
    meta.set("profiles", std::move(offered));
  }
  if (!caa_identities.empty()) {
    JsonBuilder names = JsonBuilder::array();
    for (const auto& name : caa_identities) names.add(name);
    meta.set("caaIdentities", std::move(names));
  }
  JsonBuilder body = JsonBuilder::object();
  body.set("newNonce", base_ + "/new-nonce").set("newAccount", base_ + "/new-account");
  body.set("newOrder", base_ + "/new-order").set("meta", std::move(meta));
  if (suggests) body.set("renewalInfo", base_ + "/renewal-info");
  if (with_key_change) body.set("keyChange", base_ + "/key-change");
  if (with_revocation) body.set("revokeCert", base_ + "/revoke-cert");
  return answer(200, body.text(), {{"content-type", kJson}});
}

SimulatedCa::Answer SimulatedCa::order_list(const CaAccount& account) {
  JsonBuilder urls = JsonBuilder::array();
  for (auto& one : records_.orders) {
    if (one.account == account.url && !one.forgotten) urls.add(one.url);
  }
  JsonBuilder body = JsonBuilder::object();
  body.set("orders", std::move(urls));
  return with_nonce(answer(200, body.text(), {{"content-type", kJson}}));
}

SimulatedCa::Answer SimulatedCa::renewal_info(const std::string& renewal_id) {
  if (!suggests) return problem(404, "malformed", "nothing here");
  const auto [start, end] = suggests(renewal_id);
  JsonBuilder window = JsonBuilder::object();
  window.set("start", format_rfc3339(start)).set("end", format_rfc3339(end));
  JsonBuilder body = JsonBuilder::object();
  body.set("suggestedWindow", std::move(window));
  if (!explanation_url.empty()) body.set("explanationURL", explanation_url);
  return answer(200, body.text(), {{"content-type", kJson}, {"retry-after", "21600"}});
}

}  // namespace acme_test
