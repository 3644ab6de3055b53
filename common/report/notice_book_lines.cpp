// How a notice book is remembered.
#include <array>

#include "common/base/text.hpp"
#include "common/config/notify_words.hpp"
#include "common/report/notice.hpp"
#include "common/report/notice_book.hpp"
#include "common/store/record_fields.hpp"

namespace acme {

namespace {

/// In the order of the enumeration.
constexpr std::array kAspects{"order", "revocation", "serving", "renewal"};

std::int64_t number(UtcTime time) { return static_cast<std::int64_t>(time.time_since_epoch().count()); }

std::string text_in(const Json& json, const char* key) { return json[key].string().value_or(""); }

std::optional<Aspect> parse_aspect(const std::string& word) {
  for (std::size_t i = 0; i < kAspects.size(); ++i) {
    if (word == kAspects[i]) return static_cast<Aspect>(i);
  }
  return std::nullopt;
}

std::string line_of(const TroubleCase& found) {
  const Trouble& trouble = found.trouble;
  const TroubledCertificate& certificate = trouble.certificate;
  JsonBuilder causes = JsonBuilder::array();
  for (const auto& cause : found.causes_told) causes.add(cause);
  JsonBuilder json = JsonBuilder::object();
  json.set("trouble", kAspects[static_cast<std::size_t>(trouble.aspect)])
      .set("event", notice_event_name(trouble.event));
  json.set("id", certificate.id).set("name", certificate.name).set("issuer", certificate.issuer);
  json.set("version", static_cast<std::int64_t>(certificate.version)).set("cause", trouble.cause);
  if (certificate.not_before) json.set("notBefore", number(*certificate.not_before));
  if (certificate.not_after) json.set("notAfter", number(*certificate.not_after));
  json.set("since", number(found.since));
  if (found.told_level) json.set("level", *found.told_level).set("told", number(found.told));
  if (!found.causes_told.empty()) json.set("causes", std::move(causes));
  return json.text();
}

}  // namespace

std::vector<std::string> NoticeBook::lines() {
  changed_ = false;
  std::vector<std::string> lines;
  for (const auto& [key, found] : cases_) lines.push_back(line_of(found));
  return lines;
}

void NoticeBook::take_up(const Json& line) {
  const auto aspect = parse_aspect(text_in(line, "trouble"));
  const auto event = parse_notice_event(text_in(line, "event"));
  const auto since = seconds_of(line["since"]);
  const std::string id = text_in(line, "id");
  if (!aspect || !event || !since || id.empty()) return;
  TroubleCase found;
  Trouble& trouble = found.trouble;
  trouble.aspect = *aspect;
  trouble.event = *event;
  trouble.cause = text_in(line, "cause");
  trouble.certificate.id = id;
  trouble.certificate.name = text_in(line, "name");
  trouble.certificate.issuer = text_in(line, "issuer");
  const auto version = line["version"].integer().value_or(0);
  trouble.certificate.version = version > 0 ? static_cast<std::uint64_t>(version) : 0;
  trouble.certificate.not_before = seconds_of(line["notBefore"]);
  trouble.certificate.not_after = seconds_of(line["notAfter"]);
  found.since = *since;
  const auto level = line["level"].integer();
  if (level && *level >= 0 && *level < 100000) found.told_level = static_cast<int>(*level);
  found.told = seconds_of(line["told"]).value_or(*since);
  for (const auto& cause : line["causes"].items()) found.causes_told.insert(cause.string().value_or(""));
  cases_.insert_or_assign({trouble.aspect, id}, std::move(found));
}

}  // namespace acme
