#include "common/protocol/requests.hpp"

#include "tests/check.hpp"

using namespace acme;

static void new_account_holds_what_is_set() {
  NewAccountRequest request;
  CHECK_EQ(to_json(request), "{}");
  request.terms_of_service_agreed = true;
  request.contact = {"mailto:admin@example.com", "mailto:b@example.com"};
  CHECK_EQ(to_json(request),
           R"({"termsOfServiceAgreed":true,"contact":["mailto:admin@example.com","mailto:b@example.com"]})");
  request.external_account_binding = R"({"protected":"cA","payload":"cGE","signature":"cw"})";
  CHECK_EQ(to_json(request),
           R"({"termsOfServiceAgreed":true,"contact":["mailto:admin@example.com","mailto:b@example.com"],)"
           R"("externalAccountBinding":{"protected":"cA","payload":"cGE","signature":"cw"}})");
  NewAccountRequest lookup;
  lookup.only_return_existing = true;
  CHECK_EQ(to_json(lookup), R"({"onlyReturnExisting":true})");
}

static void new_order_names_its_identifiers() {
  NewOrderRequest request;
  request.identifiers = {{IdentifierType::dns, "*.example.com"}, {IdentifierType::ip, "2001:db8::1"}};
  CHECK_EQ(to_json(request),
           R"({"identifiers":[{"type":"dns","value":"*.example.com"},{"type":"ip","value":"2001:db8::1"}]})");
  request.identifiers.pop_back();
  request.profile = "shortlived";
  request.replaces = "aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE";
  CHECK_EQ(to_json(request), R"({"identifiers":[{"type":"dns","value":"*.example.com"}],"profile":"shortlived",)"
                             R"("replaces":"aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE"})");
  request.profile.clear();
  request.replaces.clear();
  request.not_after = UtcTime{Seconds{1795348800}};
  CHECK_EQ(to_json(request),
           R"({"identifiers":[{"type":"dns","value":"*.example.com"}],"notAfter":"2026-11-22T12:00:00Z"})");
}

static void finalize_holds_the_csr() { CHECK_EQ(finalize_request({0xfb, 0xff, 0xfe}), R"({"csr":"-__-"})"); }

static void a_revocation_names_certificate_and_reason() {
  CHECK_EQ(revocation_request({0xfb, 0xff}, 4), R"({"certificate":"-_8","reason":4})");
  CHECK_EQ(revocation_request({0xfb, 0xff}, 0), R"({"certificate":"-_8"})");
}

int main() {
  return acme_test::run("requests",
                        {ACME_TEST(new_account_holds_what_is_set), ACME_TEST(new_order_names_its_identifiers),
                         ACME_TEST(finalize_holds_the_csr), ACME_TEST(a_revocation_names_certificate_and_reason)});
}
