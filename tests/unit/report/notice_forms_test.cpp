#include "common/report/notice_forms.hpp"

#include "common/base/text.hpp"
#include "common/crypto/digest.hpp"
#include "tests/check.hpp"

using namespace acme;

namespace {

Notice sample() {
  Notice notice;
  notice.id = "0123abcd";
  notice.event = NoticeEvent::failed;
  notice.severity = NoticeSeverity::warning;
  notice.time = UtcTime{Seconds{1795351481}};
  notice.host = "web1.example.com";
  notice.server = "ngx_acme/0.1 nginx/1.22.1";
  notice.trouble = "order/ca/dns";
  notice.title = "a.test: cannot be renewed from ca";
  notice.text = "a.test: cannot be renewed from ca.\n\nNo such name.\n";
  notice.hint = "make the name";
  notice.problem = "dns";
  notice.issuer = "ca";
  notice.affected = 1;
  notice.certificates.push_back({"a.test-1", "a.test", UtcTime{Seconds{1800000000}}, std::nullopt});
  return notice;
}

/// What a CA and a configuration could have put in, had nobody cleaned it.
Notice hostile() {
  Notice notice = sample();
  const std::string evil = cat("evil\r\nBcc: x@example.com\nPRIORITY=0\n\n.\n\x1b[31m\xff", std::string(1 << 20, 'x'));
  for (auto* text : {&notice.id, &notice.host, &notice.server, &notice.trouble, &notice.title, &notice.text,
                     &notice.hint, &notice.problem, &notice.issuer}) {
    *text = evil;
  }
  notice.certificates[0] = {evil, evil, std::nullopt, std::nullopt};
  return notice;
}

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

std::size_t longest_line(std::string_view text) {
  std::size_t longest = 0;
  for (const auto line : split(text, '\n')) longest = std::max(longest, line.size());
  return longest;
}

}  // namespace

static void a_mail_has_its_headers() {
  const std::string mail = mail_message(sample(), {"root", "www@example.com"});
  CHECK_EQ(
      mail,
      "From: www@example.com\n"
      "To: root\n"
      "Subject: [web1.example.com] a.test: cannot be renewed from ca\n"
      "Date: Sun, 22 Nov 2026 12:44:41 +0000\n"
      "Message-ID: <0123abcd@web1.example.com>\n"
      "Auto-Submitted: auto-generated\n"
      "X-Acme-Event: failed\n"
      "MIME-Version: 1.0\n"
      "Content-Type: text/plain; charset=UTF-8\n"
      "Content-Transfer-Encoding: 8bit\n"
      "\n"
      "a.test: cannot be renewed from ca.\n\nNo such name.\n\n-- \nngx_acme/0.1 nginx/1.22.1 on web1.example.com\n");
  CHECK(mail_message(sample(), {"root", ""}).starts_with("To: root\n"));
}

static void a_subject_beyond_ascii_is_encoded() {
  Notice notice = sample();
  notice.title =
      "b\xC3\xBC"
      "cher.example: " +
      std::string(40, 'y') + "\xC3\xA9";
  const std::string mail = mail_message(notice, {"root", ""});
  const std::string_view head = std::string_view{mail}.substr(0, mail.find("\n\n"));
  CHECK(has(head, "Subject: =?UTF-8?B?W3dlYjEuZXhhbXBsZS5jb21dIGLDvGNoZXIuZXhhbXBs"));
  for (const char c : head) CHECK(c == '\n' || (c >= ' ' && c <= '~'));
  CHECK(longest_line(head) <= 76 + std::string_view{"Subject: "}.size());
}

static void long_lines_are_broken() {
  Notice notice = sample();
  notice.text = cat("  ", std::string(2000, 'x'), "\n");
  for (int i = 0; i < 100; ++i) notice.text += "word ";
  const std::string mail = mail_message(notice, {"root", ""});
  CHECK(longest_line(mail) <= 510);
  CHECK(has(mail, "\n  xxxx"));
}

static void a_webhook_is_signed() {
  const auto request = webhook_request(sample(), Secret{"top secret"}, UtcTime{Seconds{1795351482}});
  CHECK_OK(request);
  CHECK_EQ(request->headers.at(0), "X-Acme-Event: failed");
  CHECK_EQ(request->headers.at(1), "X-Acme-Delivery: 0123abcd");
  CHECK_EQ(request->headers.at(2), "X-Acme-Timestamp: 1795351482");
  const auto mac = hmac(MacAlgorithm::hs256, "top secret", cat("1795351482.", request->body));
  CHECK_OK(mac);
  CHECK_EQ(request->headers.at(3), cat("X-Acme-Signature: sha256=", to_hex(*mac)));
  CHECK_EQ(webhook_request(sample(), Secret{}, UtcTime{})->headers.size(), 3U);
  CHECK_EQ(request->body,
           R"({"version":1,"id":"0123abcd","event":"failed","severity":"warning","time":"2026-11-22T12:44:41Z",)"
           R"("host":"web1.example.com","server":"ngx_acme/0.1 nginx/1.22.1","trouble":"order/ca/dns",)"
           R"("escalation":0,"title":"a.test: cannot be renewed from ca",)"
           R"("text":"a.test: cannot be renewed from ca.\n\nNo such name.\n","hint":"make the name",)"
           R"("problem":"dns","issuer":"ca","affected":1,)"
           R"("certificates":[{"id":"a.test-1","name":"a.test","not_after":"2027-01-15T08:00:00Z"}]})");
}

static void the_journal_gets_fields() {
  const std::string fields = journal_datagram(sample(), {"ngx_acme", 3, 42});
  for (const char* field : {"MESSAGE=a.test: cannot be renewed from ca (make the name)\n", "\nPRIORITY=4\n",
                            "\nSYSLOG_IDENTIFIER=ngx_acme\n", "\nSYSLOG_FACILITY=3\n", "\nSYSLOG_PID=42\n",
                            "\nACME_EVENT=failed\n", "\nACME_NAME=a.test\n", "\nACME_ISSUER=ca\n",
                            "\nACME_CERTIFICATE_ID=a.test-1\n", "\nACME_NOT_AFTER=2027-01-15T08:00:00Z\n"}) {
    if (!has(fields, field)) CHECK_EQ(fields, field);
  }
  // Several lines: the length, 64 bits, little end first.
  CHECK(fields.ends_with(cat("ACME_TEXT\n", std::string("\x32\0\0\0\0\0\0\0", 8), sample().text, "\n")));
}

static void syslogd_gets_a_line() {
  CHECK_EQ(syslog_datagram(sample(), {"mod_acme", 19, 42}, "Nov 22 12:44:41"),
           "<156>Nov 22 12:44:41 mod_acme[42]: a.test: cannot be renewed from ca (make the name)");
}

static void hostile_words_stay_words() {
  const Notice notice = hostile();
  const std::string mail = mail_message(notice, {"root", ""});
  const std::string_view head = std::string_view{mail}.substr(0, mail.find("\n\n"));
  CHECK(!has(head, "\nBcc") && !has(mail, "\r") && !has(mail, "\x1b") && mail.size() < 100000);
  const auto request = webhook_request(notice, Secret{"s"}, UtcTime{});
  for (const auto& header : request->headers) CHECK(!has(header, "\n") && !has(header, "\r"));
  const std::string fields = journal_datagram(notice, {"x", 3, 1});
  CHECK(fields.size() < 32 * 1024);
  CHECK(!has(fields.substr(0, fields.find("ACME_TEXT\n")), "\nPRIORITY=0"));
  const std::string line = syslog_datagram(notice, {"x", 3, 1}, "Nov 22 12:44:41");
  CHECK(line.size() < 1100 && !has(line, "\n"));
}

int main() {
  return acme_test::run("notice_forms", {ACME_TEST(a_mail_has_its_headers),
                                         ACME_TEST(a_subject_beyond_ascii_is_encoded), ACME_TEST(long_lines_are_broken),
                                         ACME_TEST(a_webhook_is_signed), ACME_TEST(the_journal_gets_fields),
                                         ACME_TEST(syslogd_gets_a_line), ACME_TEST(hostile_words_stay_words)});
}
