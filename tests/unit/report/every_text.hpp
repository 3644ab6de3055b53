// Every text that a status may hold, replaced by one and the same: what a CA, a DNS answer or a damaged disk could put
// there at worst.
#pragma once

#include <string>

#include "tests/unit/report/sample_status.hpp"

namespace acme_test {

inline void set_every_text(acme::CertificateSummary& summary, const std::string& text) {
  for (auto* field : {&summary.id, &summary.name, &summary.issuer, &summary.key_type, &summary.error_type})
    *field = text;
}

inline void set_every_text(acme::Attempt& attempt, const std::string& text) {
  attempt.issuer = attempt.reason = text;
  for (auto& step : attempt.steps) step.what = step.detail = text;
  for (auto& name : attempt.names) name.name = name.challenge = name.detail = text;
}

inline void set_every_text(acme::CertificateDetail& detail, const std::string& text) {
  set_every_text(detail.summary, text);
  for (auto& name : detail.names) name = text;
  for (auto& challenge : detail.challenges) challenge = text;
  for (auto* field : {&detail.issued_by, &detail.profile, &detail.serial, &detail.fingerprint, &detail.path,
                      &detail.reason, &detail.served_detail, &detail.last_error, &detail.hint}) {
    *field = text;
  }
  detail.issued_by += " ";  // another one than the configured issuer
  for (auto& entry : detail.chain) entry.subject = entry.issuer = text;
  if (detail.attempt) set_every_text(*detail.attempt, text);
  for (auto& version : detail.history) version.issuer = version.serial = version.fingerprint = text;
}

inline void set_every_text(acme::Overview& overview, const std::string& text) {
  overview.server = overview.state_path = overview.reload_pending = text;
  for (auto& issuer : overview.issuers) {
    issuer.name = issuer.directory = issuer.account_url = issuer.last_error = issuer.hint = text;
    for (auto& limit : issuer.limits) limit.limit = text;
  }
}

/// One failing certificate and an issuer, whose every text is `text`.
inline MemoryStatus status_of(const std::string& text) {
  MemoryStatus status;
  status.shown = sample_overview();
  fill_detail(status.add(sample_summary("x", acme::CertificateStanding::failing)));
  status.count();
  set_every_text(status.shown, text);
  set_every_text(status.details.front(), text);
  return status;
}

inline const std::vector<std::string>& nasty_texts() {
  static const std::vector<std::string> texts{
      "</title></style></script><script>alert(1)</script>",
      "\"><img src=x onerror=alert(1)>",
      "' onmouseover='alert(1)",
      "<!--",
      "]]><![CDATA[",
      "&lt;script&gt;&#x3c;&amp",
      "javascript:alert(1)",
      "\\\",\"injected\":\"\\u0022",
      "${7*7}{{7*7}}<%= 7*7 %>",
      std::string("nul\0<u>byte", 11),
      "line\r\nSet-Cookie: a=b\n\n<u>",
      "\x1b[31mred\x1b]0;title\x07",
      "\xe2\x80\xaegpj.exe\xe2\x81\xa6<i>",
      "\xff\xfe<u>\xc0\xbc\xed\xa0\x80\xf4\x90\x80\x80",
      "\xc2\x85\xc2\x9b\xef\xbf\xbf",
      "\xf0\x9f\x94\x92 \xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d",
      "?certificate=x&state=failing#main",
      std::string(1'000'000, '<'),
      std::string(10'000, '\xff'),
      std::string(10'000, '\'') + "\xe2\x82",
  };
  return texts;
}

}  // namespace acme_test
