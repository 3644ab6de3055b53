#include "common/dns_provider/google_key.hpp"

#include "common/base/secret_text.hpp"
#include "common/base/text.hpp"
#include "common/base/url.hpp"
#include "common/json/json.hpp"

namespace acme {

namespace {

constexpr std::string_view kScope = "https://www.googleapis.com/auth/ndev.clouddns.readwrite";
constexpr std::string_view kTokenUrl = "https://oauth2.googleapis.com/token";
constexpr Seconds kLifetime{3600};

Error wrong(std::string_view what) {
  return {ErrorKind::configuration, cat("dns_provider google: service_account: ", what),
          "give the JSON key file of a service account as it was downloaded"};
}

std::string text_of(const Json& object, const char* name) { return object[name].string().value_or(""); }

}  // namespace

Result<GoogleKey> parse_google_key(std::string_view json) {
  const auto object = Json::parse(json);
  if (!object) return wrong("no valid JSON");
  std::string pem = text_of(*object, "private_key");
  const CleansedAtEnd cleansed{pem};
  if (pem.empty()) return wrong("private_key is missing");
  if (text_of(*object, "client_email").empty()) return wrong("client_email is missing");
  auto key = PrivateKey::from_pem(pem);
  if (!key || key->type().algorithm != KeyAlgorithm::rsa) return wrong("private_key is no RSA key in PEM");
  std::string token_url = text_of(*object, "token_uri");
  if (token_url.empty()) token_url = kTokenUrl;
  if (!acceptable_url(token_url, true)) return wrong("token_uri is no https URL");
  return GoogleKey{text_of(*object, "project_id"), text_of(*object, "client_email"), text_of(*object, "private_key_id"),
                   std::move(token_url), *std::move(key)};
}

Result<std::string> google_grant(const GoogleKey& key, UtcTime now) {
  JsonBuilder header = JsonBuilder::object();
  header.set("alg", "RS256").set("typ", "JWT");
  if (!key.key_id.empty()) header.set("kid", key.key_id);
  const std::int64_t seconds = now.time_since_epoch().count();
  JsonBuilder claims = JsonBuilder::object();
  claims.set("iss", key.email).set("scope", kScope).set("aud", key.token_url).set("iat", seconds);
  claims.set("exp", seconds + kLifetime.count());
  const std::string input = cat(base64url_encode(header.text()), ".", base64url_encode(claims.text()));
  const auto signature = key.key.sign_jws(input);
  if (!signature) return signature.error();
  return cat("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=", input, ".",
             base64url_encode(*signature));
}

}  // namespace acme
