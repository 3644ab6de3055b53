// A notice whose every text is hostile: none of it becomes a header of a mail, a field of the journal, a line of its
// own. The input is a notice as JSON, or any text, which is then each of a notice's texts.
#include <algorithm>

#include "common/base/text.hpp"
#include "common/report/notice_forms.hpp"
#include "common/runtime/hook_environment.hpp"
#include "tests/fuzz/properties.hpp"

using namespace acme;
using namespace acme_fuzz;

namespace {

constexpr UtcTime kNow{Seconds{1'800'000'000}};

Notice notice_of(std::string_view text) {
  if (const auto json = Json::parse(text)) {
    if (auto notice = parse_notice(*json)) return *std::move(notice);
  }
  Notice notice;
  for (auto* field : {&notice.id, &notice.host, &notice.server, &notice.trouble, &notice.title, &notice.text,
                      &notice.hint, &notice.problem, &notice.issuer}) {
    *field = text;
  }
  notice.time = kNow;
  notice.certificates.push_back({std::string{text}, std::string{text}, kNow, std::nullopt});
  return notice;
}

void check_mail(const Notice& notice) {
  const std::string mail = mail_message(notice, {"root", "www@example.com"});
  Input rest{mail};
  std::set<std::string> names;
  for (auto line = rest.line(); !line.empty(); line = rest.line()) {
    CHECK(line.size() <= 998 && is_plain(line));
    if (line.starts_with(' ')) continue;
    CHECK(names.insert(std::string{line.substr(0, line.find(':'))}).second);
  }
  const std::set<std::string> expected{
      "From",           "To",           "Subject",      "Date",         "Message-ID",
      "Auto-Submitted", "X-Acme-Event", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"};
  CHECK(names == expected);
  for (const auto line : split(rest.rest(), '\n')) CHECK(line.size() <= 998 && is_plain(line));
}

/// The fields as systemd-journald reads them.
void check_journal(const Notice& notice) {
  const std::string datagram = journal_datagram(notice, {"ngx_acme", 3, 7});
  for (Input rest{datagram}; !rest.empty();) {
    const std::string_view line = rest.line();
    const std::string_view name = line.substr(0, line.find('='));
    CHECK(!name.empty() && is_of(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_"));
    const bool known =
        name == "MESSAGE" || name == "PRIORITY" || name.starts_with("SYSLOG_") || name.starts_with("ACME_");
    CHECK(known);
    if (line.size() != name.size()) continue;
    std::uint64_t size = 0;
    for (unsigned shift = 0; shift < 64; shift += 8) size |= std::uint64_t{rest.byte()} << shift;
    CHECK(size < rest.rest().size() && rest.rest()[size] == '\n');
    rest = Input{rest.rest().substr(size + 1)};
  }
}

void check_webhook(const Notice& notice) {
  const auto request = webhook_request(notice, Secret{"a secret of a webhook"}, kNow);
  CHECK_OK(request);
  CHECK_EQ(request->headers.size(), 4U);
  for (const auto& header : request->headers) CHECK(is_plain(header) && header.starts_with("X-Acme-"));
  const auto json = Json::parse(request->body);
  if (request->body.size() > Json::kMaxSize) return;
  CHECK_OK(json);
  CHECK_EQ(to_json(parse_notice(*json).value()).text(), request->body);
}

void check_hook(std::string_view text) {
  CertificateConfig certificate;
  certificate.first_name = certificate.id = certificate.issuer = text;
  certificate.names = {{IdentifierType::dns, std::string{text}}};
  HookFacts facts;
  facts.certificate = &certificate;
  facts.live_path = facts.message = text;
  facts.more = {{"ACME_MORE", std::string{text}}};
  std::set<std::string> names;
  for (const auto& variable : hook_environment(facts)) {
    const auto name = variable.substr(0, variable.find('='));
    CHECK(is_of(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_") && name.size() < variable.size() && is_plain(variable));
    CHECK(names.insert(name).second);
  }
}

}  // namespace

FUZZ_TARGET(notices) {
  const Notice notice = notice_of(input);
  if (!notice.id.empty()) {
    check_mail(notice);
    check_webhook(notice);
  }
  check_journal(notice);
  check_plain(notice_line(notice), 1000);
  const auto line = syslog_datagram(notice, {"ngx_acme", 3, 7}, "Nov 22 12:44:41");
  CHECK(is_plain(line) && line.starts_with('<'));
  check_hook(input);
}
