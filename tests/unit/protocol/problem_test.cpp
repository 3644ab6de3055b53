#include "common/protocol/problem.hpp"

#include "common/base/text.hpp"
#include "tests/check.hpp"

using namespace acme;

static const char* const kProblemType = "application/problem+json; charset=utf-8";

static bool holds(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

static void a_complete_problem_is_read() {
  const Error error = parse_problem(403, kProblemType, R"({
    "type": "urn:ietf:params:acme:error:compound", "title": "t", "detail": "Some of the identifiers were rejected",
    "status": 403, "instance": "https://ca.test/why",
    "subproblems": [
      {"type": "urn:ietf:params:acme:error:malformed", "detail": "Invalid underscore",
       "identifier": {"type": "dns", "value": "_example.org"}},
      {"type": "urn:ietf:params:acme:error:rejectedIdentifier", "detail": "forbidden",
       "identifier": {"type": "dns", "value": "example.net"}}]})");
  CHECK(error.kind == ErrorKind::problem);
  CHECK_EQ(error.message, "compound: Some of the identifiers were rejected (see https://ca.test/why)");
  CHECK_EQ(error.problem_type, "compound");
  CHECK_EQ(error.http_status, 403);
  CHECK(!error.hint.empty());
  CHECK(!error.retry_after.has_value());
  CHECK_EQ(error.subproblems.size(), 2U);
  CHECK_EQ(error.subproblems[0].identifier, "_example.org");
  CHECK_EQ(error.subproblems[1].type, "rejectedIdentifier");
  CHECK_EQ(error.subproblems[1].detail, "forbidden");
}

static void a_minimal_problem_is_read() {
  const Error error = parse_problem(400, "application/json", R"({"type":"urn:ietf:params:acme:error:badNonce"})");
  CHECK(error.kind == ErrorKind::problem);
  CHECK_EQ(error.problem_type, "badNonce");
  CHECK_EQ(error.message, "badNonce: no details given");
  CHECK_EQ(error.http_status, 400);
}

static void nulls_and_wrong_types_are_not_there() {
  const Error error = parse_problem(500, kProblemType, R"({"type":"urn:ietf:params:acme:error:dns","title":null,
      "detail":null,"status":"x","instance":7,"subproblems":[null,1,{"identifier":null,"type":null,"detail":[]}]})");
  CHECK(error.kind == ErrorKind::problem);
  CHECK_EQ(error.message, "dns: no details given");
  CHECK_EQ(error.http_status, 500);
  CHECK_EQ(error.subproblems.size(), 1U);
  CHECK_EQ(error.subproblems[0].type, "about:blank");
}

static void every_type_of_the_standards_has_a_hint() {
  for (const char* type : {"accountDoesNotExist",
                           "alreadyRevoked",
                           "badCSR",
                           "badNonce",
                           "badPublicKey",
                           "badRevocationReason",
                           "badSignatureAlgorithm",
                           "caa",
                           "compound",
                           "connection",
                           "dns",
                           "externalAccountRequired",
                           "incorrectResponse",
                           "invalidContact",
                           "malformed",
                           "orderNotReady",
                           "rateLimited",
                           "rejectedIdentifier",
                           "serverInternal",
                           "tls",
                           "unauthorized",
                           "unsupportedContact",
                           "unsupportedIdentifier",
                           "userActionRequired",
                           "alreadyReplaced",
                           "invalidProfile"}) {
    const std::string body = cat(R"({"type":"urn:ietf:params:acme:error:)", type, R"(","detail":"d"})");
    const Error error = parse_problem(400, kProblemType, body);
    CHECK(!error.hint.empty());
    CHECK_EQ(error.problem_type, type);
  }
  CHECK(parse_problem(400, kProblemType, R"({"type":"urn:ietf:params:acme:error:newThing"})").hint.empty());
}

static void account_trouble_has_its_own_hint() {
  const auto hint = [](std::string_view type, std::string_view detail) {
    return parse_problem(429, kProblemType,
                         cat(R"({"type":"urn:ietf:params:acme:error:)", type, R"(","detail":")", detail, R"("})"))
        .hint;
  };
  const std::string link =
      "Your account is temporarily prevented from requesting certificates for example.com. Please "
      "visit: https://portal.ca.test/unpause?jwt=abc";
  CHECK(holds(hint("rateLimited", link), "link"));
  CHECK(holds(hint("unauthorized", "Account is not valid, has status \\\"deactivated\\\""), "accounts/"));
  for (const char* type : {"unauthorized", "malformed", "rejectedIdentifier", "rateLimited"}) {
    CHECK(holds(hint(type, "Your subscription has expired or does not exist"), "contract"));
    CHECK(holds(hint(type, "The account has insufficient funds"), "contract"));
  }
  CHECK(holds(hint("malformed", "[External Account Binding] The account is not awaiting external account binding"),
              "external_account_key"));
  CHECK(holds(hint("unauthorized", "Unknown external account binding (EAB) key"), "has expired"));
  CHECK(holds(hint("externalAccountRequired", "newAccount wants an externalAccountBinding"), "key id and a MAC key"));
  CHECK(holds(hint("badPublicKey", "only RSA"), "key rsa:2048") && holds(hint("badCSR", "key"), "key rsa:2048"));
  CHECK(holds(hint("unauthorized", "Invalid response from http://x/: <html>My account: paused"), "A and AAAA"));
}

static void a_long_link_is_shown_whole() {
  const std::string link = "https://portal.ca.test/unpause?jwt=" + std::string(700, 'j');
  const Error error =
      parse_problem(429, kProblemType,
                    cat(R"({"type":"urn:ietf:params:acme:error:rateLimited","detail":"paused, see )", link, "\"}"));
  CHECK(holds(error.message, link));
}

static void what_is_no_problem_document_is_a_server_error() {
  const struct {
    int status;
    const char* content_type;
    const char* body;
    const char* shown;
  } table[] = {{502, "text/html", "<html>\r\n  <h1>Bad Gateway</h1>",
                "HTTP 502, no ACME problem document (text/html): <html> <h1>Bad Gateway"},
               {503, "", "", "HTTP 503, no ACME problem document: an empty body"},
               {404, "application/json", "{}", "HTTP 404, no ACME problem document (application/json): {}"},
               {400, "application/problem+json", R"({"type":"about:blank","detail":"quota"})", ": quota"},
               {400, "application/problem+json", R"({"type":"urn:ietf:params:acme:error:dns","deta)",
                "no ACME problem document"},
               {400, "application/problem+json", R"({"type":7})", "no ACME problem document"},
               {400, "application/problem+json", "[]", "no ACME problem document"},
               {500, "x\ny", "a\x1b[31m\xff", "(x?y): a?[31m?"}};
  for (const auto& row : table) {
    const Error error = parse_problem(row.status, row.content_type, row.body);
    CHECK(error.kind == ErrorKind::server_error);
    CHECK(holds(error.message, row.shown));
    CHECK_EQ(error.http_status, row.status);
    CHECK(error.problem_type.empty() && !error.hint.empty());
  }
}

static void hostile_text_is_cleaned_and_bounded() {
  std::string subproblems;
  for (int i = 0; i < 500; ++i) {
    subproblems += cat(i == 0 ? "" : ",", R"({"type":"a\u001bb","detail":")", std::string(1500, 'd'),
                       R"(","identifier":{"value":"x\ny"}})");
  }
  const std::string body =
      cat(R"({"type":"urn:ietf:params:acme:error:)", std::string(500, 't'), R"(","detail":"a\nb\u001b[0m)",
          std::string(5000, 'd'), R"(","subproblems":[)", subproblems, "]}");
  const Error error = parse_problem(400, kProblemType, body);
  CHECK(error.kind == ErrorKind::problem);
  CHECK(error.problem_type.size() <= 64);
  CHECK(error.message.size() < 1200);
  CHECK(!holds(error.message, "\n") && !holds(error.message, "\x1b"));
  CHECK_EQ(error.subproblems.size(), 100U);
  CHECK_EQ(error.subproblems[0].identifier, "x?y");
  CHECK_EQ(error.subproblems[0].type, "a?b");
  CHECK(error.subproblems[0].detail.size() <= 1024);
}

static void a_body_as_large_as_it_likes_is_shown_shortly() {
  CHECK(parse_problem(500, "text/html", std::string(5000000, 'x')).message.size() < 400);
  CHECK(parse_problem(500, "text/html", std::string(5000000, '[')).message.size() < 400);
}

static void an_error_member_takes_its_own_status() {
  const auto json = Json::parse(R"({"type":"urn:ietf:params:acme:error:connection","detail":"refused","status":400})");
  const Error error = to_error(*json);
  CHECK(error.kind == ErrorKind::problem);
  CHECK_EQ(error.http_status, 400);
  CHECK_EQ(error.message, "connection: refused");
}

int main() {
  return acme_test::run(
      "problem",
      {ACME_TEST(a_complete_problem_is_read), ACME_TEST(a_minimal_problem_is_read),
       ACME_TEST(nulls_and_wrong_types_are_not_there), ACME_TEST(every_type_of_the_standards_has_a_hint),
       ACME_TEST(account_trouble_has_its_own_hint), ACME_TEST(a_long_link_is_shown_whole),
       ACME_TEST(what_is_no_problem_document_is_a_server_error), ACME_TEST(hostile_text_is_cleaned_and_bounded),
       ACME_TEST(a_body_as_large_as_it_likes_is_shown_shortly), ACME_TEST(an_error_member_takes_its_own_status)});
}
