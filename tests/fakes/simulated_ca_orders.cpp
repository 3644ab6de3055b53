// The half of SimulatedCa that deals with orders, authorizations and certificates.
#include <algorithm>

#include "common/base/text.hpp"
#include "common/crypto/openssl_handles.hpp"
#include "common/crypto/subject_names.hpp"
#include "tests/fakes/scripted_http.hpp"
#include "tests/fakes/simulated_ca.hpp"

namespace acme_test {

using namespace acme;

namespace {

constexpr const char* kJson = "application/json";
constexpr Seconds kAuthorizationLifetime = std::chrono::days{30};

JsonBuilder identifier_json(const Identifier& name) {
  JsonBuilder json = JsonBuilder::object();
  json.set("type", name.type == IdentifierType::dns ? "dns" : "ip").set("value", name.value);
  return json;
}

std::vector<Identifier> sorted(std::vector<Identifier> names) {
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<Identifier> names_of(const std::vector<std::uint8_t>& csr) {
  const unsigned char* position = csr.data();
  const X509ReqPtr request{d2i_X509_REQ(nullptr, &position, static_cast<long>(csr.size()))};
  if (!request) return {};
  const ExtensionStackPtr extensions{X509_REQ_get_extensions(request.get())};
  const GeneralNamesPtr names{
      static_cast<GENERAL_NAMES*>(X509V3_get_d2i(extensions.get(), NID_subject_alt_name, nullptr, nullptr))};
  return from_general_names(names.get());
}

}  // namespace

std::size_t SimulatedCa::authorize(const CaAccount& account, const Identifier& name) {
  for (std::size_t i = 0; reuse_authorizations && i < records_.authorizations.size(); ++i) {
    const auto& old = records_.authorizations[i];
    const bool valid = old.status == "valid" && old.decided + kAuthorizationLifetime > clock_.now();
    if (valid && old.account == account.url && old.name == name) return i;
  }
  CaAuthorization made;
  const std::size_t number = records_.authorizations.size() + 1;
  made.url = cat(base_, "/authorization/", number);
  made.account = account.url;
  made.name = name;
  made.status = names_valid_at_once ? "valid" : "pending";
  made.token = cat("token-", number, "-", random_.next());
  made.decided = clock_.now();
  records_.authorizations.push_back(std::move(made));
  return number - 1;
}

SimulatedCa::Answer SimulatedCa::new_order(CaAccount& account, const Json& payload) {
  CaOrder made;
  made.account = account.url;
  for (const auto& entry : payload["identifiers"].items()) {
    const bool dns = entry["type"].string() == "dns";
    made.names.push_back({dns ? IdentifierType::dns : IdentifierType::ip, entry["value"].string().value_or("")});
  }
  if (made.names.empty()) return problem(400, "malformed", "no identifiers");
  const auto asked_until = parse_rfc3339(payload["notAfter"].string().value_or(""));
  if (asked_until && not_after == NotAfter::refused) {
    return problem(400, "malformed", "NotBefore and NotAfter are not supported");
  }
  if (not_after == NotAfter::honoured) made.not_after = asked_until;
  made.replaces = payload["replaces"].string().value_or("");
  if (!made.replaces.empty() && refuses_replaces == 409) return problem(409, "alreadyReplaced", "replaced already");
  if (!made.replaces.empty() && refuses_replaces != 0) {
    return problem(refuses_replaces, "serverInternal", "could not find what it replaces");
  }
  for (auto& old : records_.orders) {
    refresh(old);
    const bool open = old.status == "pending" || old.status == "ready";
    const bool same = old.account == account.url && sorted(old.names) == sorted(made.names);
    if (reuse_pending_orders && open && same && !old.forgotten) return order(old, 201);
  }
  for (const auto& name : made.names) made.authorizations.push_back(authorize(account, name));
  made.url = cat(base_, "/order/", records_.orders.size() + 1);
  records_.orders.push_back(std::move(made));
  refresh(records_.orders.back());
  return order(records_.orders.back(), 201);
}

void SimulatedCa::refresh(CaOrder& order) {
  if (order.status == "valid" || order.status == "invalid") return;
  bool all_valid = true;
  for (const std::size_t index : order.authorizations) {
    CaAuthorization& one = records_.authorizations[index];
    refresh(one);
    if (one.status == "invalid") order.status = "invalid";
    all_valid = all_valid && one.status == "valid";
  }
  if (order.status == "pending" && all_valid) order.status = "ready";
  if (order.status != "processing" || clock_.steady_now() < *order.finalized + issuance_takes) return;
  IssueOptions options = issue;
  options.not_before = clock_.now() - backdated;
  if (order.not_after) options.lifetime = *order.not_after - options.not_before;
  order.chain = ca_.issue_for_csr(order.csr, options);
  order.status = order.chain.empty() ? "invalid" : "valid";
}

SimulatedCa::Answer SimulatedCa::order(CaOrder& order, int status) {
  JsonBuilder names = JsonBuilder::array();
  for (const auto& name : order.names) names.add(identifier_json(name));
  JsonBuilder authorizations = JsonBuilder::array();
  for (const std::size_t index : order.authorizations) authorizations.add(records_.authorizations[index].url);
  JsonBuilder body = JsonBuilder::object();
  body.set("status", order.status).set("identifiers", std::move(names));
  body.set("authorizations", std::move(authorizations)).set("finalize", order.url + "/finalize");
  const std::string number = order.url.substr(order.url.rfind('/') + 1);
  if (order.status == "valid") body.set("certificate", cat(base_, "/certificate/", number));
  HttpResponse response = answer(status, body.text(), {{"content-type", kJson}, {"location", order.url}});
  const bool busy = order.status == "pending" || order.status == "processing";
  if (busy && !retry_after.empty()) response.headers.emplace_back("retry-after", retry_after);
  return with_nonce(std::move(response));
}

SimulatedCa::Answer SimulatedCa::finalize(CaOrder& order_record, const Json& payload) {
  if (order_record.status != "ready") return problem(403, "orderNotReady", "order is " + order_record.status);
  const auto csr = base64url_decode(payload["csr"].string().value_or(""));
  if (!csr || sorted(names_of(*csr)) != sorted(order_record.names)) return problem(400, "badCSR", "wrong names");
  order_record.csr = *csr;
  order_record.finalized = clock_.steady_now();
  order_record.status = "processing";
  if (finalize_at_once) refresh(order_record);
  return order(order_record, 200);
}

SimulatedCa::Answer SimulatedCa::certificate(CaOrder& order, bool alternate) {
  if (order.status != "valid") return problem(404, "malformed", "no certificate yet");
  HttpResponse response = answer(200, order.chain, {{"content-type", "application/pem-certificate-chain"}});
  if (alternate) response.body = order.chain.substr(0, order.chain.find("-----BEGIN", 1));
  const std::string number = order.url.substr(order.url.rfind('/') + 1);
  if (with_alternate && !alternate) {
    response.headers.emplace_back("link", cat("<", base_, "/certificate/", number, "/alternate>;rel=\"alternate\""));
  }
  return with_nonce(std::move(response));
}

}  // namespace acme_test
