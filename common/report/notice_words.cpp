#include "common/report/notice_words.hpp"

#include <algorithm>

#include "common/base/text.hpp"
#include "common/report/notice_book.hpp"

namespace acme {

namespace {

constexpr std::size_t kLongestDetail = 1000;
constexpr std::size_t kLongestName = 253;

NoticeEvent event_of(const NoticeFacts& facts) {
  const Trouble& trouble = facts.cases.front()->trouble;
  if (facts.over) return NoticeEvent::recovered;
  if (trouble.aspect != Aspect::order || !trouble.certificate.not_after) return trouble.event;
  return facts.level >= 2 || (facts.level == 1 && facts.told_before) ? NoticeEvent::expiring : trouble.event;
}

NoticeSeverity severity_of(const NoticeFacts& facts, NoticeEvent event) {
  if (event == NoticeEvent::renewed) return NoticeSeverity::info;
  if (event == NoticeEvent::recovered) return NoticeSeverity::notice;
  if (event == NoticeEvent::expiring) return facts.level >= 3 ? NoticeSeverity::critical : NoticeSeverity::error;
  const bool first_one = !facts.cases.front()->trouble.certificate.not_after.has_value();
  return event == NoticeEvent::failed && !first_one ? NoticeSeverity::warning : NoticeSeverity::error;
}

/// The one that needs help first.
const TroubleCase& worst_of(const NoticeFacts& facts) {
  const auto ends_first = [](const TroubleCase* a, const TroubleCase* b) {
    const auto& one = a->trouble.certificate.not_after;
    const auto& other = b->trouble.certificate.not_after;
    return one.value_or(UtcTime{}) < other.value_or(UtcTime{});
  };
  return **std::min_element(facts.cases.begin(), facts.cases.end(), ends_first);
}

std::string whose(const NoticeFacts& facts, const Trouble& trouble) {
  if (facts.cases.size() == 1) return cat(cleaned(trouble.certificate.name, kLongestName), ": ");
  return cat(facts.cases.size(), " certificates: ");
}

std::string left(UtcTime not_after, UtcTime now) {
  return not_after <= now ? "" : cat(format_duration(not_after - now), " left");
}

std::string title_of(const NoticeFacts& facts, NoticeEvent event, const TroubleCase& worst) {
  const Trouble& trouble = worst.trouble;
  const auto& not_after = trouble.certificate.not_after;
  const std::string who = whose(facts, trouble);
  const std::string where = trouble.certificate.issuer.empty() ? "" : cat(" from ", trouble.certificate.issuer);
  switch (event) {
    case NoticeEvent::recovered: return cat(who, facts.cases.size() == 1 ? "works again" : "work again");
    case NoticeEvent::renewed: return cat(who, "renewed", where);
    case NoticeEvent::revoked: return cat(who, "the certificate that is served was revoked");
    case NoticeEvent::not_live: return cat(who, "another certificate is served than the one that was issued");
    case NoticeEvent::expiring:
      if (not_after && *not_after <= facts.now) return cat(who, "expired, and no new certificate could be had", where);
      return cat(who, "no new certificate could be had", where, ", ", left(*not_after, facts.now));
    case NoticeEvent::blocked: return cat(who, "nothing can be ordered", where);
    case NoticeEvent::failed:
    case NoticeEvent::test: break;
  }
  return cat(who, not_after ? "cannot be renewed" : "no certificate could be had", where);
}

std::string what_is_served(const TroubleCase& worst, UtcTime now) {
  const auto& not_after = worst.trouble.certificate.not_after;
  if (worst.trouble.aspect == Aspect::serving) return "";
  if (!not_after) return "Served now: a placeholder, about which browsers warn.\n";
  if (*not_after <= now) return cat("Served now: a certificate that expired ", format_for_people(*not_after), ".\n");
  const bool revoked = worst.trouble.aspect == Aspect::revocation;
  return cat("Served now: the ", revoked ? "revoked " : "", "certificate that is valid to ",
             format_for_people(*not_after), " (", left(*not_after, now), ").\n");
}

std::string what_comes_next(const Trouble& trouble, UtcTime now) {
  const auto& next = trouble.certificate.next_try;
  if (!next || trouble.aspect == Aspect::serving) return "";
  if (*next <= now) return "It is being tried again.\n";
  return cat("It is tried again by itself ", format_for_people(*next), ".\n");
}

/// "  a.example.org, valid to 2027-02-01 10:00 UTC".
std::string listed(const Notice& notice) {
  if (notice.certificates.size() < 2 && notice.affected < 2) return "";
  std::string text;
  for (const auto& one : notice.certificates) {
    text += cat("  ", one.name, one.not_after ? cat(", valid to ", format_for_people(*one.not_after)) : "", "\n");
  }
  return cat("\nCertificates:\n", text);
}

std::string where_to_look(const TroubledCertificate& certificate) {
  return cat("\nMore: acmectl certificates ", cleaned(certificate.name, kLongestName), ", or the status page.\n");
}

std::string text_of(const NoticeFacts& facts, const Notice& notice, const TroubleCase& worst) {
  const Trouble& trouble = worst.trouble;
  std::string text = cat(notice.title, ".\n\n");
  const bool bad = !facts.over && trouble.aspect != Aspect::renewal;
  if (bad && !trouble.detail.empty()) text += cat(cleaned(trouble.detail, kLongestDetail), "\n");
  if (bad && !notice.hint.empty()) text += cat("What to do: ", notice.hint, "\n");
  if (facts.over) text += cat("The trouble had begun ", format_for_people(worst.since), ".\n");
  if (bad) {
    text += cat("Since ", format_for_people(worst.since));
    text += trouble.attempts > 1 ? cat(" (", trouble.attempts, " attempts failed in a row).\n") : ".\n";
  }
  text += what_is_served(worst, facts.now);
  if (bad) text += what_comes_next(trouble, facts.now);
  text += listed(notice);
  const std::size_t more = facts.cases.size() - notice.certificates.size();
  if (more > 0) text += cat("  and ", more, " more\n");
  if (bad && notice.affected > facts.cases.size()) {
    text += cat("In all ", notice.affected, " certificates are in this trouble.\n");
  }
  return text + where_to_look(trouble.certificate);
}

const char* aspect_word(Aspect aspect) {
  switch (aspect) {
    case Aspect::order: return "order";
    case Aspect::revocation: return "revocation";
    case Aspect::serving: return "serving";
    case Aspect::renewal: return "renewal";
  }
  return "order";
}

}  // namespace

Notice notice_about(const NoticeFacts& facts) {
  const TroubleCase& worst = worst_of(facts);
  const Trouble& trouble = worst.trouble;
  Notice notice;
  notice.event = event_of(facts);
  notice.severity = severity_of(facts, notice.event);
  notice.time = facts.now;
  notice.problem = cleaned(trouble.cause, 100);
  notice.issuer = cleaned(trouble.certificate.issuer, 100);
  notice.trouble = cat(aspect_word(trouble.aspect), "/", notice.issuer, "/", notice.problem);
  notice.escalation = static_cast<std::uint32_t>(std::max(facts.level, 0));
  notice.affected = std::max(facts.affected, facts.cases.size());
  notice.title = title_of(facts, notice.event, worst);
  if (!facts.over) notice.hint = cleaned(trouble.hint, kLongestDetail);
  if (trouble.aspect != Aspect::renewal) notice.since = worst.since;
  for (const auto* found : facts.cases) {
    if (notice.certificates.size() == kNoticeNames) break;
    const TroubledCertificate& one = found->trouble.certificate;
    notice.certificates.push_back({cleaned(one.id), cleaned(one.name, kLongestName), one.not_after, one.next_try});
  }
  notice.text = text_of(facts, notice, worst);
  return notice;
}

Notice test_notice(UtcTime now) {
  Notice notice;
  notice.event = NoticeEvent::test;
  notice.severity = NoticeSeverity::notice;
  notice.time = now;
  notice.trouble = "test";
  notice.title = "a test: notices arrive here";
  notice.text =
      "An operator asked for this by acmectl notify-test. Nothing is wrong; when something is, you are told in this "
      "way.\n";
  return notice;
}

Notice summary_notice(const std::vector<std::string>& titles, std::size_t count, NoticeEvent event,
                      NoticeSeverity severity, UtcTime now) {
  Notice notice;
  notice.event = event;
  notice.severity = severity;
  notice.time = now;
  notice.trouble = "summary";
  notice.affected = count;
  notice.title = cat(count, count == 1 ? " more notice" : " more notices", " within the last hour");
  notice.text = cat(notice.title, ", held back because they came too fast:\n\n");
  for (const auto& title : titles) notice.text += cat("  ", title, "\n");
  if (count > titles.size()) notice.text += cat("  and ", count - titles.size(), " more\n");
  notice.text += "\nMore: acmectl status, or the status page.\n";
  return notice;
}

}  // namespace acme
