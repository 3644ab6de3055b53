#include "common/control/messages.hpp"

#include "tests/check.hpp"

using namespace acme;

static void a_request_survives_the_way() {
  ControlRequest request;
  request.verb = ControlVerb::revoke;
  request.name = "b\xc3\xbc.example";
  request.issuer = "test";
  request.orphans = request.force = request.dry_run = true;
  request.reason = 4;
  request.serial = "0a1b";
  request.certificate_pem = "-----BEGIN CERTIFICATE-----\nAA==\n";
  request.key_pem = Secret{"key\n"};
  request.order_new = false;
  const std::string line = to_json(request);
  CHECK(line.find('\n') == std::string::npos);
  auto read = parse_control_request(line);
  CHECK_OK(read);
  CHECK(read->verb == ControlVerb::revoke);
  CHECK_EQ(read->name, request.name);
  CHECK_EQ(read->issuer, "test");
  CHECK(read->orphans && read->force && read->dry_run && !read->order_new);
  CHECK_EQ(read->reason, 4);
  CHECK_EQ(read->serial, "0a1b");
  CHECK_EQ(read->certificate_pem, request.certificate_pem);
  CHECK_EQ(read->key_pem.view(), "key\n");
}

static void each_verb_has_its_word() {
  for (int i = 0; i <= static_cast<int>(ControlVerb::check); ++i) {
    ControlRequest request;
    request.verb = static_cast<ControlVerb>(i);
    auto read = parse_control_request(to_json(request));
    CHECK_OK(read);
    CHECK(read->verb == request.verb);
    const bool looks = i <= static_cast<int>(ControlVerb::account_show) || request.verb == ControlVerb::check;
    CHECK_EQ(is_read_only(request.verb), looks);
  }
}

static void refuses_strange_requests() {
  for (const char* line :
       {"", "{", "[]", "null", "{}", "{\"command\":\"status\"}", "{\"acmectl\":\"1\",\"command\":\"status\"}",
        "{\"acmectl\":1}", "{\"acmectl\":1,\"command\":null}", "{\"acmectl\":1,\"command\":7}",
        "{\"acmectl\":1,\"command\":\"STATUS\"}", "{\"acmectl\":1,\"command\":\"format\"}",
        "{\"acmectl\":1,\"command\":\"status\",\"command\":\"revoke\"}", "{\"acmectl\":1,\"command\":\"status\"} x",
        "{\"acmectl\":1,\"command\":\"revoke\",\"reason\":-1}", "{\"acmectl\":1,\"command\":\"revoke\",\"reason\":99}",
        "GET / HTTP/1.1"}) {
    CHECK(!parse_control_request(line).ok());
  }
  auto newer = parse_control_request("{\"acmectl\":2,\"command\":\"status\"}");
  CHECK(!newer.ok());
  CHECK(newer.error().message.find("version 2") != std::string::npos);
}

static void members_of_other_types_are_as_if_absent() {
  auto read = parse_control_request(
      "{\"acmectl\":1,\"command\":\"renew\",\"name\":[\"a\"],\"force\":\"yes\",\"dry_run\":1,\"key\":{},\"serial\":"
      "null}");
  CHECK_OK(read);
  CHECK(read->name.empty() && !read->force && !read->dry_run && read->key_pem.empty() && read->serial.empty());
  CHECK(read->order_new);
}

static CertificateRow sample_row() {
  CertificateRow row;
  row.id = "a.example-0011";
  row.name = "a.example";
  row.names = {"a.example", "www.a.example", "192.0.2.1"};
  row.issuer = "test";
  row.key_type = "ecdsa:256";
  row.standing = CertificateStanding::failing;
  row.version = 7;
  row.serial = "0aff";
  row.issued_by = "other";
  row.profile = "classic";
  row.not_before = UtcTime{Seconds{1000000000}};
  row.not_after = UtcTime{Seconds{1000000090}};
  row.path = "/s/live/a.example";
  row.next = UtcTime{Seconds{1000000060}};
  row.reason = "a third of its lifetime is left";
  row.failures = 3;
  row.last_error = "no \"answer\"\n";
  row.last_error_type = "transport";
  row.hint = "check the network";
  return row;
}

static void rows_survive_the_way() {
  auto read = parse_control_answer(to_json(ControlAnswer{sample_row()}));
  CHECK_OK(read);
  const auto& row = std::get<CertificateRow>(*read);
  CHECK_EQ(row.names.size(), std::size_t{3});
  CHECK_EQ(row.names[2], "192.0.2.1");
  CHECK(row.standing == CertificateStanding::failing);
  CHECK_EQ(row.version, std::uint64_t{7});
  CHECK(row.not_after == sample_row().not_after && row.next == sample_row().next);
  CHECK_EQ(row.last_error, "no \"answer\"\n");
  CHECK_EQ(row.hint, "check the network");
  CHECK_EQ(row.failures, 3U);
  CHECK_EQ(to_json(*read), to_json(ControlAnswer{sample_row()}));

  IssuerRow issuer;
  issuer.name = "test";
  issuer.contact = {"mailto:a@example.com"};
  issuer.fallback = {"x", "y"};
  issuer.challenges = {"dns-01", "http-01"};
  issuer.dns_providers = {"exec for example.com"};
  issuer.verify = false;
  issuer.account_status = "valid";
  auto issuer_read = parse_control_answer(to_json(ControlAnswer{issuer}));
  CHECK_OK(issuer_read);
  CHECK_EQ(std::get<IssuerRow>(*issuer_read).fallback.size(), std::size_t{2});
  CHECK_EQ(std::get<IssuerRow>(*issuer_read).challenges.at(1), "http-01");
  CHECK_EQ(std::get<IssuerRow>(*issuer_read).dns_providers.at(0), "exec for example.com");
  CHECK(!std::get<IssuerRow>(*issuer_read).verify);
}

static void findings_survive_the_way() {
  for (std::size_t i = 0; i < kSeverities; ++i) {
    const auto severity = static_cast<Severity>(i);
    const Finding finding =
        Finding{"http-01", "a.example", severity, "it \"fails\""}.because("a cause").mended_by("a fix\n");
    const auto read = parse_control_answer(to_json(ControlAnswer{finding}));
    CHECK_OK(read);
    CHECK(std::get<Finding>(*read) == finding);
  }
  CHECK(!parse_control_answer("{\"finding\":{\"sentence\":\"x\"}}").ok());
  const auto odd = parse_control_answer("{\"finding\":{\"check\":\"x\",\"severity\":7,\"cause\":null}}");
  CHECK_OK(odd);
  CHECK(std::get<Finding>(*odd).severity == Severity::note);
}

static void every_standing_has_its_word() {
  for (std::size_t i = 0; i < kStandings; ++i) {
    CertificateRow row = sample_row();
    row.standing = static_cast<CertificateStanding>(i);
    auto read = parse_control_answer(to_json(ControlAnswer{row}));
    CHECK_OK(read);
    CHECK(std::get<CertificateRow>(*read).standing == row.standing);
  }
}

static void ends_tell_why() {
  for (int i = 0; i <= static_cast<int>(ControlFailure::stopping); ++i) {
    const auto failure = static_cast<ControlFailure>(i);
    auto read = parse_control_answer(to_json(ControlAnswer{control_failure(failure, "message", "hint")}));
    CHECK_OK(read);
    const auto& end = std::get<ControlEnd>(*read);
    CHECK(end.failure == failure);
    CHECK_EQ(end.message, "message");
    CHECK_EQ(end.hint, "hint");
  }
  auto done = parse_control_answer(to_json(ControlAnswer{ControlEnd{std::nullopt, "fine", ""}}));
  CHECK_OK(done);
  CHECK(!std::get<ControlEnd>(*done).failure);
  // A code that a newer engine has is a failure here, too.
  auto newer = parse_control_answer("{\"failed\":{\"code\":\"moon\",\"message\":\"m\"}}");
  CHECK_OK(newer);
  CHECK(std::get<ControlEnd>(*newer).failure == ControlFailure::failed);
  CHECK(control_failure(Error{ErrorKind::cancelled, "x"}).failure == ControlFailure::stopping);
}

static void refuses_strange_answers() {
  for (const char* line : {"", "{}", "[]", "{\"done\":null}", "{\"certificate\":{}}", "{\"certificate\":[]}",
                           "{\"certificate\":{\"id\":\"a\",\"name\":\"a\"}}", "{\"engine\":{}}", "{\"issuer\":{}}",
                           "{\"certificate\":{\"id\":\"a\",\"name\":\"a\",\"state\":\"odd\"}}", "{\"surprise\":{}}"}) {
    CHECK(!parse_control_answer(line).ok());
  }
  auto odd = parse_control_answer(
      "{\"certificate\":{\"id\":\"a\",\"name\":\"a\",\"state\":\"none\",\"version\":-4,\"not_after\":7,\"names\":\"a\","
      "\"next\":\"soon\"}}");
  CHECK_OK(odd);
  const auto& row = std::get<CertificateRow>(*odd);
  CHECK(row.version == 0 && !row.not_after && row.names.empty() && !row.next);
}

int main() {
  return acme_test::run(
      "control messages",
      {ACME_TEST(a_request_survives_the_way), ACME_TEST(each_verb_has_its_word), ACME_TEST(refuses_strange_requests),
       ACME_TEST(members_of_other_types_are_as_if_absent), ACME_TEST(rows_survive_the_way),
       ACME_TEST(findings_survive_the_way), ACME_TEST(every_standing_has_its_word), ACME_TEST(ends_tell_why),
       ACME_TEST(refuses_strange_answers)});
}
