#include "common/protocol/objects.hpp"

#include "common/base/text.hpp"
#include "tests/check.hpp"

using namespace acme;

static std::string repeated(std::string_view entry, std::size_t count) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) all += cat(i == 0 ? "" : ",", entry);
  return all;
}

/// Replaces the first `from` of `text`.
static std::string with(std::string text, std::string_view from, std::string_view to) {
  const auto position = text.find(from);
  CHECK(position != std::string::npos);
  return text.replace(position, from.size(), to);
}

/// `parse` refuses each body as malformed, with a message that holds the word beside it.
template <class Parse>
static void refuses(Parse parse, std::initializer_list<std::pair<std::string, const char*>> table) {
  for (const auto& [body, word] : table) {
    const auto result = parse(body, false);
    CHECK(!result.ok());
    CHECK(result.error().kind == ErrorKind::malformed);
    if (result.error().message.find(word) == std::string::npos) CHECK_EQ(result.error().message, word);
  }
}

/// Every truncation of a body is malformed, and so is every body that is no object.
template <class Parse>
static void refuses_broken_bodies(Parse parse, const std::string& whole) {
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto result = parse(whole.substr(0, size), false);
    CHECK(!result.ok() && result.error().kind == ErrorKind::malformed);
  }
  refuses(parse, {{"[]", "object"}, {"null", "JSON"}, {"<html>", "JSON"}, {std::string(2000000, 'x'), "too long"}});
}

static const std::string kDirectory = R"({
  "newNonce":"https://ca.test/nonce","newAccount":"https://ca.test/account","newOrder":"https://ca.test/order",
  "revokeCert":"https://ca.test/revoke","keyChange":"https://ca.test/key","renewalInfo":"https://ca.test/ari",
  "xRandom":"https://community.test/t/adding-random-entries","meta":{"termsOfService":"https://ca.test/tos",
  "externalAccountRequired":true,"caaIdentities":["ca.test"],"profiles":{"default":"d","shortlived":"s"}}})";

static void directory_complete_minimal_null() {
  const auto complete = parse_directory(kDirectory, false);
  CHECK_OK(complete);
  CHECK_EQ(complete->new_nonce, "https://ca.test/nonce");
  CHECK_EQ(complete->new_account, "https://ca.test/account");
  CHECK_EQ(complete->new_order, "https://ca.test/order");
  CHECK_EQ(complete->revoke_cert, "https://ca.test/revoke");
  CHECK_EQ(complete->key_change, "https://ca.test/key");
  CHECK_EQ(complete->renewal_info, "https://ca.test/ari");
  CHECK_EQ(complete->terms_of_service, "https://ca.test/tos");
  CHECK(complete->external_account_required);
  CHECK(complete->profiles == (std::vector<std::string>{"default", "shortlived"}));

  const std::string minimal =
      R"({"newNonce":"https://ca.test/n","newAccount":"https://ca.test/a","newOrder":"https://ca.test/o"})";
  CHECK_OK(parse_directory(minimal, false));
  const auto null = parse_directory(
      with(minimal, "}", R"(,"revokeCert":null,"keyChange":null,"renewalInfo":null,"meta":null})"), false);
  CHECK_OK(null);
  CHECK(null->revoke_cert.empty() && null->terms_of_service.empty() && !null->external_account_required);
  CHECK_OK(parse_directory(with(minimal, "}", R"(,"meta":{"profiles":[1],"externalAccountRequired":"yes"}})"), false));
}

static void directory_refuses_what_is_wrong() {
  refuses_broken_bodies(parse_directory, kDirectory);
  refuses(parse_directory, {{"{}", "newNonce"},
                            {with(kDirectory, "\"https://ca.test/order\"", "null"), "newOrder"},
                            {with(kDirectory, "\"https://ca.test/account\"", "7"), "newAccount"},
                            {with(kDirectory, "https://ca.test/nonce", "http://ca.test/nonce"), "newNonce"},
                            {with(kDirectory, "https://ca.test/ari", "javascript:x"), "renewalInfo"},
                            {with(kDirectory, "\"https://ca.test/key\"", "[]"), "keyChange"}});
}

static void http_is_for_loopback_by_permission() {
  const std::string local = with(kDirectory, "https://ca.test/nonce", "http://127.0.0.1:4000/nonce");
  CHECK_OK(parse_directory(local, true));
  CHECK(!parse_directory(local, false).ok());
}

static void huge_profile_lists_are_cut() {
  std::string profiles;
  for (int i = 0; i < 5000; ++i) profiles += cat(i == 0 ? "" : ",", "\"p", i, "\":\"d\"");
  const auto directory = parse_directory(with(kDirectory, R"("default":"d","shortlived":"s")", profiles), false);
  CHECK_OK(directory);
  CHECK_EQ(directory->profiles.size(), 100U);
  CHECK(directory->caa_identities == std::vector<std::string>{"ca.test"});
}

static void account_complete_minimal_null() {
  const std::string whole =
      R"({"status":"valid","contact":["mailto:a@b.test"],"orders":"https://ca.test/orders/1","termsOfServiceAgreed":true})";
  const auto complete = parse_account(whole, false);
  CHECK_OK(complete);
  CHECK(complete->status == AccountStatus::valid);
  CHECK(complete->contact == std::vector<std::string>{"mailto:a@b.test"});
  CHECK_EQ(complete->orders, "https://ca.test/orders/1");
  CHECK(parse_account(R"({"status":"deactivated"})", false)->status == AccountStatus::deactivated);
  CHECK(parse_account(R"({"status":"revoked","contact":null,"orders":null})", false)->status == AccountStatus::revoked);
  CHECK(parse_account(R"({"status":"valid","contact":[1,null,"x\ny"]})", false)->contact ==
        std::vector<std::string>{"x?y"});
  refuses_broken_bodies(parse_account, whole);
  refuses(parse_account, {{"{}", "status"},
                          {R"({"status":null})", "status"},
                          {R"({"status":"odd\n"})", "odd?"},
                          {R"({"status":"valid","orders":"ftp://x"})", "orders"}});
}

static const std::string kOrder = R"({"status":"valid","expires":"2027-01-05T14:09:07.99Z",
  "identifiers":[{"type":"dns","value":"WWW.Example.org."},{"type":"ip","value":"2001:DB8:0::1"}],
  "authorizations":["https://ca.test/authz/1","https://ca.test/authz/2"],"finalize":"https://ca.test/f",
  "certificate":"https://ca.test/cert/1","profile":"default"})";

static void order_complete_minimal_null() {
  const auto complete = parse_order(kOrder, false);
  CHECK_OK(complete);
  CHECK(complete->status == OrderStatus::valid);
  CHECK(complete->identifiers ==
        (std::vector<Identifier>{{IdentifierType::dns, "www.example.org"}, {IdentifierType::ip, "2001:db8::1"}}));
  CHECK_EQ(complete->authorizations.size(), 2U);
  CHECK_EQ(complete->finalize, "https://ca.test/f");
  CHECK_EQ(complete->certificate, "https://ca.test/cert/1");
  CHECK(complete->expires == parse_rfc3339("2027-01-05T14:09:07Z"));
  CHECK(!complete->error.has_value());

  const std::string minimal =
      R"({"status":"pending","identifiers":[],"authorizations":[],"finalize":"https://ca.test/f"})";
  CHECK_OK(parse_order(minimal, false));
  const auto null =
      parse_order(with(minimal, "}", R"(,"expires":null,"certificate":null,"error":null,"notBefore":null})"), false);
  CHECK_OK(null);
  CHECK(!null->expires && !null->error && null->certificate.empty());
  CHECK(!parse_order(with(minimal, "}", R"(,"expires":"tomorrow"})"), false)->expires.has_value());
}

static void order_carries_its_error() {
  const auto order =
      parse_order(with(with(kOrder, R"("status":"valid")", R"("status":"invalid")"), R"("profile":"default")",
                       R"("error":{"type":"urn:ietf:params:acme:error:caa","detail":"CAA forbids","status":403})"),
                  false);
  CHECK_OK(order);
  CHECK(order->error.has_value());
  CHECK(order->error->kind == ErrorKind::problem);
  CHECK_EQ(order->error->problem_type, "caa");
  CHECK_EQ(order->error->http_status, 403);
}

static void order_refuses_what_is_wrong() {
  refuses_broken_bodies(parse_order, kOrder);
  const std::string dns = R"({"type":"dns","value":"WWW.Example.org."})";
  refuses(
      parse_order,
      {{"{}", "status"},
       {with(kOrder, "\"valid\"", "\"done\""), "done"},
       {with(kOrder, "\"certificate\"", "\"certificat\""), "certificate"},
       {with(kOrder, "\"https://ca.test/f\"", "null"), "finalize"},
       {with(kOrder, dns, "null"), "identifiers"},
       {with(kOrder, dns, R"({"type":"dns","value":7})"), "identifiers"},
       {with(kOrder, dns, R"({"type":"dns","value":""})"), "identifiers"},
       {with(kOrder, dns, R"({"type":"dns","value":"a\nb"})"), "identifiers"},
       {with(kOrder, dns, R"({"type":"ip","value":"1.2.3"})"), "identifiers"},
       {with(kOrder, dns, R"({"type":"email","value":"a@b.test"})"), "email"},
       {with(kOrder, dns, repeated(dns, 1001)), "more than 1000"},
       {with(kOrder, "\"https://ca.test/authz/1\"", repeated("\"https://ca.test/a\"", 1001)), "more than 1000"},
       {with(kOrder, "\"https://ca.test/authz/1\"", "null"), "authorizations"},
       {with(kOrder, "\"https://ca.test/authz/1\"", "\"http://ca.test/\""), "authorizations"},
       {R"({"status":"ready","identifiers":{},"authorizations":[],"finalize":"https://ca.test/f"})", "identifiers"}});
}

static const std::string kHttp01 =
    R"({"type":"http-01","url":"https://ca.test/chall/1","status":"pending","token":"DGyRejmCefe7v4NfDGDKfA"})";
static const std::string kAuthorization = cat(
    R"({"status":"pending","expires":"2027-01-05T14:09:07Z","wildcard":true,
        "identifier":{"type":"dns","value":"example.org"},"challenges":[)",
    kHttp01, "]}");

static void authorization_complete_minimal_null() {
  const auto complete = parse_authorization(kAuthorization, false);
  CHECK_OK(complete);
  CHECK(complete->status == AuthorizationStatus::pending);
  CHECK_EQ(complete->identifier.value, "example.org");
  CHECK(complete->wildcard && complete->expires.has_value());
  CHECK_EQ(complete->challenges.size(), 1U);
  CHECK_EQ(complete->challenges[0].type, "http-01");
  CHECK_EQ(complete->challenges[0].token, "DGyRejmCefe7v4NfDGDKfA");
  CHECK(complete->challenges[0].status == ChallengeStatus::pending);

  const std::string minimal = R"({"status":"expired","identifier":{"type":"dns","value":"a.test"},"challenges":[]})";
  const auto parsed = parse_authorization(minimal, false);
  CHECK_OK(parsed);
  CHECK(parsed->status == AuthorizationStatus::expired && !parsed->wildcard && !parsed->expires);
  CHECK_OK(parse_authorization(with(minimal, "[]}", R"([],"wildcard":null,"expires":null})"), false));
}

static void authorization_refuses_what_is_wrong() {
  refuses_broken_bodies(parse_authorization, kAuthorization);
  refuses(parse_authorization, {{"{}", "status"},
                                {with(kAuthorization, R"({"type":"dns","value":"example.org"})", "null"), "identifier"},
                                {with(kAuthorization, "\"challenges\"", "\"challenge\""), "challenges"},
                                {with(kAuthorization, kHttp01, repeated(kHttp01, 101)), "more than 100"},
                                {with(kAuthorization, kHttp01, "null"), "challenge"},
                                {with(kAuthorization, kHttp01, "{}"), "type"},
                                {with(kAuthorization, "DGyRejmCefe7v4NfDGDKfA", "../../etc/passwd"), "token"}});
}

static void a_star_in_an_authorization_means_wildcard() {
  const auto parsed = parse_authorization(
      R"({"status":"valid","identifier":{"type":"dns","value":"*.a.test"},"challenges":[]})", false);
  CHECK_OK(parsed);
  CHECK_EQ(parsed->identifier.value, "a.test");
  CHECK(parsed->wildcard);
}

static void unknown_challenge_types_are_kept_and_never_an_error() {
  const std::string unknown[] = {R"({"type":"dns-next-07","url":"https://ca.test/c/2","status":"pending"})",
                                 R"({"type":"x","status":"strange","token":7,"url":null})",
                                 R"({"type":"tkauth\n-01","url":"http://ca.test/","error":"x"})"};
  const char* types[] = {"dns-next-07", "x", "tkauth?-01"};
  for (std::size_t i = 0; i < 3; ++i) {
    const auto parsed = parse_authorization(with(kAuthorization, kHttp01, cat(unknown[i], ",", kHttp01)), false);
    CHECK_OK(parsed);
    CHECK_EQ(parsed->challenges.size(), 2U);
    CHECK_EQ(parsed->challenges[0].type, types[i]);
    CHECK_EQ(parsed->challenges[0].url, i == 0 ? "https://ca.test/c/2" : "");
    CHECK(parsed->challenges[0].token.empty());
  }
}

static void dns_persist_challenges_have_issuers_and_no_token() {
  const auto issuers = [](const std::string& list) {
    const auto parsed = parse_challenge(
        cat(R"({"type":"dns-persist-01","url":"https://ca.test/c/2","status":"pending","issuer-domain-names":)", list,
            "}"),
        false);
    CHECK_OK(parsed);
    CHECK(parsed->token.empty());
    return join(parsed->issuer_domains, " ");
  };
  CHECK_EQ(issuers(R"(["CA.test.","b.test"])"), "ca.test b.test");
  CHECK_EQ(issuers(R"(["a b.test",7,"","ok.test"])"), "ok.test");
  CHECK_EQ(issuers(cat("[", repeated("\"a.test\"", 10), "]")).size(), 69U);
  CHECK_EQ(issuers(cat("[", repeated("\"a.test\"", 11), "]")), "");
  for (const char* none : {"null", "[]", "{}", "\"ca.test\""}) CHECK_EQ(issuers(none), "");
  // Its URL is needed all the same.
  CHECK(!parse_challenge(R"({"type":"dns-persist-01","status":"pending"})", false).ok());
}

static void tokens_are_base64url_and_bounded() {
  const auto token = [](const std::string& text) {
    return parse_challenge(with(kHttp01, "DGyRejmCefe7v4NfDGDKfA", text), false);
  };
  CHECK_OK(token("a"));
  CHECK_OK(token(std::string(128, '_')));
  for (const std::string& bad :
       {std::string{}, std::string(129, 'a'), std::string{"a=="}, std::string{"a/b"}, std::string{"a.b"},
        std::string{"a b"}, std::string{"\xc3\xa4"}, std::string{"a\\n"}}) {
    const auto parsed = token(bad);
    CHECK(!parsed.ok() && parsed.error().kind == ErrorKind::malformed);
  }
}

static void challenge_complete_minimal_null() {
  const auto failed = parse_challenge(
      R"({"type":"tls-alpn-01","url":"https://ca.test/c","status":"invalid","token":"abc","validated":"x",
          "error":{"type":"urn:ietf:params:acme:error:connection","detail":"refused"}})",
      false);
  CHECK_OK(failed);
  CHECK(failed->status == ChallengeStatus::invalid);
  CHECK_EQ(failed->error->problem_type, "connection");
  CHECK_OK(parse_challenge(R"({"type":"dns-01","url":"https://ca.test/c","status":"valid"})", false));
  CHECK_OK(parse_challenge(R"({"type":"dns-01","url":"https://ca.test/c","status":"valid","token":null,"error":null})",
                           false));
  refuses_broken_bodies(parse_challenge, kHttp01);
  refuses(parse_challenge, {{"{}", "type"},
                            {R"({"type":null})", "type"},
                            {R"({"type":"dns-01","url":"https://ca.test/c","status":"pending"})", "token"},
                            {with(kHttp01, "\"pending\"", "1"), "status"},
                            {with(kHttp01, "https://", "http://"), "url"}});
}

static void order_list_is_a_list_of_urls() {
  const auto orders = parse_order_list(R"({"orders":["https://ca.test/o/1","https://ca.test/o/2"]})", false);
  CHECK_OK(orders);
  CHECK_EQ(orders->size(), 2U);
  CHECK_OK(parse_order_list(R"({"orders":[]})", false));
  refuses_broken_bodies(parse_order_list, R"({"orders":["https://ca.test/o/1"]})");
  refuses(parse_order_list, {{"{}", "orders"},
                             {R"({"orders":null})", "orders"},
                             {R"({"orders":[7]})", "orders"},
                             {R"({"orders":["http://ca.test/"]})", "orders"},
                             {cat(R"({"orders":[)", repeated("\"https://ca.test/o\"", 10001), "]}"), "more than"}});
}

int main() {
  return acme_test::run(
      "objects",
      {ACME_TEST(directory_complete_minimal_null), ACME_TEST(directory_refuses_what_is_wrong),
       ACME_TEST(http_is_for_loopback_by_permission), ACME_TEST(huge_profile_lists_are_cut),
       ACME_TEST(account_complete_minimal_null), ACME_TEST(order_complete_minimal_null),
       ACME_TEST(order_carries_its_error), ACME_TEST(order_refuses_what_is_wrong),
       ACME_TEST(authorization_complete_minimal_null), ACME_TEST(authorization_refuses_what_is_wrong),
       ACME_TEST(a_star_in_an_authorization_means_wildcard),
       ACME_TEST(unknown_challenge_types_are_kept_and_never_an_error),
       ACME_TEST(dns_persist_challenges_have_issuers_and_no_token), ACME_TEST(tokens_are_base64url_and_bounded),
       ACME_TEST(challenge_complete_minimal_null), ACME_TEST(order_list_is_a_list_of_urls)});
}
