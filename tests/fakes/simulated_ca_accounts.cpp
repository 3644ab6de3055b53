// The part of SimulatedCa that deals with accounts: registration, changes, another key, and the revocation that they
// or a certificate's key may ask for.
#include <openssl/hmac.h>

#include <algorithm>
#include <array>

#include "common/base/text.hpp"
#include "common/crypto/certificate.hpp"
#include "common/crypto/openssl_handles.hpp"
#include "common/protocol/jws.hpp"
#include "tests/fakes/scripted_http.hpp"
#include "tests/fakes/simulated_ca.hpp"

namespace acme_test {

using namespace acme;

namespace {

constexpr const char* kJson = "application/json";

std::vector<std::uint8_t> leaf_der(const std::string& chain_pem) {
  const auto chain = CertificateChain::from_pem(chain_pem);
  if (!chain) return {};
  unsigned char* raw = nullptr;
  const int size = i2d_X509(chain->get(0), &raw);
  const OpensslBytes der{raw};
  return size <= 0 ? std::vector<std::uint8_t>{} : std::vector<std::uint8_t>(der.get(), der.get() + size);
}

/// The certificate's public key is the P-256 key of this canonical JWK.
bool has_key(const std::vector<std::uint8_t>& certificate_der, const std::string& canonical_jwk) {
  const auto jwk = Json::parse(canonical_jwk);
  if (!jwk) return false;
  const auto x = base64url_decode((*jwk)["x"].string().value_or(""));
  const auto y = base64url_decode((*jwk)["y"].string().value_or(""));
  const unsigned char* position = certificate_der.data();
  const X509Ptr certificate{d2i_X509(nullptr, &position, static_cast<long>(certificate_der.size()))};
  if (!certificate || !x || !y) return false;
  std::vector<std::uint8_t> point{4};
  point.insert(point.end(), x->begin(), x->end());
  point.insert(point.end(), y->begin(), y->end());
  const ASN1_BIT_STRING* bits = X509_get0_pubkey_bitstr(certificate.get());
  return std::equal(point.begin(), point.end(), bits->data, bits->data + bits->length);
}

}  // namespace

SimulatedCa::Answer SimulatedCa::new_account(const Json& payload, const std::string& key) {
  auto known = std::find_if(records_.accounts.begin(), records_.accounts.end(),
                            [&](const CaAccount& one) { return one.key == key && !one.forgotten; });
  const bool is_new = known == records_.accounts.end();
  if (!is_new && known->deactivated) return problem(403, "unauthorized", "Account is deactivated");
  const bool only_existing = payload["onlyReturnExisting"].boolean().value_or(false);
  if (is_new && only_existing) return problem(400, "accountDoesNotExist", "no account has this key");
  if (!only_existing && !terms.empty() && !payload["termsOfServiceAgreed"].boolean().value_or(false)) {
    return problem(403, "userActionRequired", "agree to the terms");
  }
  if (!only_existing && external_account_required && !payload["externalAccountBinding"].is_object()) {
    return problem(403, "externalAccountRequired", "binding wanted");
  }
  if (!external_keys.empty() && payload["externalAccountBinding"].is_object()) {
    const char* refusal = refusal_of_binding(payload["externalAccountBinding"], key);
    if (refusal != nullptr) return problem(403, "unauthorized", refusal);
  }
  if (is_new) {
    CaAccount account;
    account.url = cat(base_, "/account/", records_.accounts.size() + 1);
    account.key = key;
    for (const auto& entry : payload["contact"].items()) account.contact.push_back(entry.string().value_or(""));
    known = records_.accounts.insert(records_.accounts.end(), std::move(account));
  }
  JsonBuilder body = JsonBuilder::object();
  body.set("status", "valid");
  if (with_order_list) body.set("orders", known->url + "/orders");
  return with_nonce(answer(is_new ? 201 : 200, body.text(), {{"content-type", kJson}, {"location", known->url}}));
}

const char* SimulatedCa::refusal_of_binding(const Json& binding, const std::string& key) {
  const auto jws = read_jws(binding);
  if (!jws) return "External account binding: no JWS";
  const Json& header = jws->protected_header;
  const auto found = external_keys.find(header["kid"].string().value_or(""));
  if (found == external_keys.end()) return "External account binding: unknown key id";
  const std::string algorithm = header["alg"].string().value_or("");
  const EVP_MD* digest = algorithm == "HS256"   ? EVP_sha256()
                         : algorithm == "HS384" ? EVP_sha384()
                         : algorithm == "HS512" ? EVP_sha512()
                                                : nullptr;
  if (digest == nullptr || header.has("nonce") || header["url"].string() != base_ + "/new-account") {
    return "External account binding: header";
  }
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  unsigned size = 0;
  const std::string& secret = found->second.mac;
  HMAC(digest, secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(jws->signing_input.data()), jws->signing_input.size(), mac.data(), &size);
  if (jws->signature != std::string(reinterpret_cast<const char*>(mac.data()), size)) {
    return "External account binding: MAC";
  }
  const auto bound = Json::parse(jws->payload);
  if (!bound || canonical_jwk(*bound) != key) return "External account binding: another key";
  if (found->second.one_use && found->second.used) return "The account is not awaiting external account binding";
  found->second.used = true;
  return nullptr;
}

SimulatedCa::Answer SimulatedCa::account(CaAccount& account, const CaJws& jws) {
  const auto payload = Json::parse(jws.payload.empty() ? "{}" : jws.payload);
  if (!payload) return problem(400, "malformed", "payload");
  if (payload->has("contact")) account.contact.clear();
  for (const auto& entry : (*payload)["contact"].items()) account.contact.push_back(entry.string().value_or(""));
  if ((*payload)["status"].string() == "deactivated") account.deactivated = true;
  JsonBuilder body = JsonBuilder::object();
  body.set("status", account.deactivated ? "deactivated" : "valid");
  return with_nonce(answer(200, body.text(), {{"content-type", kJson}}));
}

SimulatedCa::Answer SimulatedCa::change_key(CaAccount& account, const CaJws& outer, const std::string& url) {
  const auto inner = read_jws(outer.payload);
  if (!inner) return problem(400, "malformed", "no inner JWS");
  const Json& header = inner->protected_header;
  const std::string key = canonical_jwk(header["jwk"]);
  const bool header_right = header["url"].string() == url && !header.has("nonce") && !header.has("kid");
  if (key.empty() || !header_right || !is_signed_by(*inner, key)) return problem(400, "malformed", "inner JWS");
  const auto payload = Json::parse(inner->payload);
  if (!payload || (*payload)["account"].string() != account.url) return problem(400, "malformed", "account");
  if (canonical_jwk((*payload)["oldKey"]) != account.key) return problem(400, "malformed", "oldKey");
  const bool taken = std::any_of(records_.accounts.begin(), records_.accounts.end(),
                                 [&](const CaAccount& one) { return one.key == key && !one.forgotten; });
  if (taken) return problem(409, "malformed", "the key is in use");
  account.key = key;
  return with_nonce(answer(200, R"({"status":"valid"})", {{"content-type", kJson}}));
}

SimulatedCa::Answer SimulatedCa::revoke(const CaAccount* account, const std::string& key, const Json& payload) {
  const auto der = base64url_decode(payload["certificate"].string().value_or(""));
  if (!der) return problem(400, "malformed", "certificate");
  const int reason = static_cast<int>(payload["reason"].integer().value_or(0));
  if (reason < 0 || reason == 2 || reason > 5) return problem(400, "badRevocationReason", "not this reason");
  for (auto& order : records_.orders) {
    if (order.chain.empty() || leaf_der(order.chain) != *der) continue;
    const bool may = account != nullptr ? order.account == account->url : has_key(*der, key);
    if (!may) return problem(403, "unauthorized", "not yours to revoke");
    if (order.revoked) return problem(400, "alreadyRevoked", "revoked before");
    order.revoked = true;
    order.revocation_reason = reason;
    return with_nonce(answer(200));
  }
  return problem(404, "malformed", "no such certificate");
}

}  // namespace acme_test
