#include "common/protocol/requests.hpp"

#include "common/base/text.hpp"
#include "common/json/json.hpp"

namespace acme {

namespace {

/// `text` is a JWS of ours: three members of text (RFC 7515 §7.2.2). Null when it is not.
std::optional<JsonBuilder> flattened_jws(std::string_view text) {
  const auto jws = Json::parse(text);
  if (!jws) return std::nullopt;
  JsonBuilder copy = JsonBuilder::object();
  for (const char* member : {"protected", "payload", "signature"}) {
    copy.set(member, (*jws)[member].string().value_or(""));
  }
  return copy;
}

}  // namespace

std::string to_json(const NewAccountRequest& request) {
  JsonBuilder object = JsonBuilder::object();
  if (request.only_return_existing) object.set("onlyReturnExisting", true);
  if (request.terms_of_service_agreed) object.set("termsOfServiceAgreed", true);
  if (!request.contact.empty()) {
    JsonBuilder contact = JsonBuilder::array();
    for (const auto& url : request.contact) contact.add(url);
    object.set("contact", std::move(contact));
  }
  if (auto binding = flattened_jws(request.external_account_binding)) {
    object.set("externalAccountBinding", *std::move(binding));
  }
  return object.text();
}

std::string to_json(const NewOrderRequest& request) {
  JsonBuilder identifiers = JsonBuilder::array();
  for (const auto& identifier : request.identifiers) {
    JsonBuilder entry = JsonBuilder::object();
    entry.set("type", identifier.type == IdentifierType::ip ? "ip" : "dns").set("value", identifier.value);
    identifiers.add(std::move(entry));
  }
  JsonBuilder object = JsonBuilder::object();
  object.set("identifiers", std::move(identifiers));
  if (!request.profile.empty()) object.set("profile", request.profile);
  if (!request.replaces.empty()) object.set("replaces", request.replaces);
  if (request.not_after) object.set("notAfter", format_rfc3339(*request.not_after));
  return object.text();
}

std::string finalize_request(const std::vector<std::uint8_t>& csr_der) {
  return JsonBuilder::object().set("csr", base64url_encode(csr_der)).text();
}

std::string revocation_request(const std::vector<std::uint8_t>& certificate_der, int reason) {
  JsonBuilder object = JsonBuilder::object();
  object.set("certificate", base64url_encode(certificate_der));
  if (reason != 0) object.set("reason", reason);
  return object.text();
}

}  // namespace acme
