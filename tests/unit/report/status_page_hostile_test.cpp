#include <algorithm>

#include "common/base/text.hpp"
#include "common/json/json.hpp"
#include "common/report/status_page.hpp"
#include "tests/check.hpp"
#include "tests/unit/report/every_text.hpp"

using namespace acme;
using namespace acme_test;

namespace {

struct Page {
  const char* name;
  std::string query;  // of a certificate: its id is added
};

std::string body_of(StatusSource& source, const std::string& query) {
  std::string body;
  for (const auto& piece : answer_status({"GET", "", query, "", kSampleNow}, source).body) body += piece;
  return body;
}

std::string encoded(const std::string& text) {
  std::string out;
  for (const char character : text.substr(0, 400)) {
    const auto byte = static_cast<std::uint8_t>(character);
    out += "%" + to_hex({&byte, 1});
  }
  return out;
}

/// Tags and the names of their attributes, read as a browser's tokenizer would: a text that became markup shows here.
std::string structure_of(const std::string& html) {
  std::string structure;
  for (std::size_t at = html.find('<'); at != std::string::npos; at = html.find('<', at)) {
    bool quoted = false;
    for (++at; at < html.size() && (quoted || html[at] != '>'); ++at) {
      if (html[at] == '"') quoted = !quoted;
      if (!quoted) structure += html[at];
    }
    structure += '\n';
    for (const char* raw : {"style", "script", "title"}) {  // what stands in them is no markup
      if (structure.ends_with(cat("\n", raw, "\n"))) at = html.find(cat("</", raw), at);
    }
  }
  return structure;
}

bool is_clean(const std::string& body) {
  // With a limit that is not reached, only what has to be replaced changes; a page breaks its own lines.
  std::string flat = body;
  std::replace(flat.begin(), flat.end(), '\n', ' ');
  return cleaned(flat, flat.size() + 8) == flat;
}

MemoryStatus filled(const std::string& text) {
  auto source = status_of(text);
  // The page of one certificate is asked for by its id, of which no more than this is read.
  source.details.front().summary.id = text.substr(0, 400);
  return source;
}

}  // namespace

static void no_text_becomes_markup() {
  for (const std::string query : {"", "q=", "certificate="}) {
    auto harmless = filled("harmless");
    const std::string expected = structure_of(body_of(harmless, query + (query.size() > 2 ? "harmless" : "")));
    CHECK(expected.find("main id=") != std::string::npos && expected.find("/html") != std::string::npos);
    for (const auto& text : nasty_texts()) {
      auto source = filled(text);
      const std::string body = body_of(source, query.size() > 2 ? query + encoded(text) : query);
      CHECK_EQ(structure_of(body), expected);
    }
  }
}

static void nothing_foreign_comes_out_as_it_is() {
  for (const auto& text : nasty_texts()) {
    auto source = filled(text);
    const std::vector<std::string> queries{"",
                                           "format=json",
                                           "q=" + encoded(text),
                                           "certificate=" + encoded(text),
                                           "format=json&certificate=" + encoded(text),
                                           "format=" + encoded(text),
                                           "state=" + encoded(text),
                                           "certificate=no" + encoded(text)};
    for (const auto& query : queries) {
      const std::string body = body_of(source, query);
      CHECK(is_clean(body));
      CHECK(body.size() < 1'000'000);
      for (const char* raw : {"<script>alert", "<img", "<u>", "<i>", "<!--", "onerror=alert(1)>", "<%="}) {
        CHECK(body.find(raw) == std::string::npos);
      }
    }
  }
}

static void json_stays_json_with_the_same_members() {
  auto harmless = filled("harmless");
  for (const std::string query : {"format=json", "format=json&certificate="}) {
    const bool one = query.ends_with('=');
    const auto expected = Json::parse(body_of(harmless, query + (one ? "harmless" : "")));
    CHECK_OK(expected);
    for (const auto& text : nasty_texts()) {
      auto source = filled(text);
      const auto json = Json::parse(body_of(source, query + (one ? encoded(text) : "")));
      CHECK_OK(json);
      CHECK(json->keys() == expected->keys());
      const auto certificate = one ? (*json)["certificate"] : (*json)["certificates"].items().at(0);
      const auto known = one ? (*expected)["certificate"] : (*expected)["certificates"].items().at(0);
      CHECK(certificate.keys() == known.keys());
    }
  }
}

static void headers_hold_nothing_foreign() {
  auto expected = filled("harmless");
  const auto known = answer_status({"GET", "", "", "", kSampleNow}, expected);
  for (const auto& text : nasty_texts()) {
    auto source = filled(text);
    const auto response = answer_status({"GET", "", "q=" + encoded(text), text, kSampleNow}, source);
    CHECK(response.headers == known.headers || response.content_type != known.content_type);
    CHECK(answer_status({text, text, text, text, kSampleNow}, source).status == 405);
    CHECK(answer_status({"GET", text, text, text, kSampleNow}, source).status == 404);
  }
}

static void absurd_numbers_and_times_are_shown_somehow() {
  const UtcTime moments[] = {UtcTime::min(), UtcTime::max(), UtcTime{}, UtcTime{Seconds{-1}}};
  for (const UtcTime moment : moments) {
    for (const UtcTime other : moments) {
      auto source = filled("x");
      auto& detail = source.details.front();
      auto& summary = detail.summary;
      summary.not_before = summary.window_end = summary.next = detail.served_checked = moment;
      summary.not_after = summary.window_start = summary.renew_at = other;
      summary.names = summary.names_proved = summary.failures = 0xFFFFFFFF;
      summary.version = ~0ULL;
      detail.attempt->begun = moment;
      detail.attempt->took = std::chrono::milliseconds::min();
      detail.attempt->steps[0].took = std::chrono::milliseconds::max();
      detail.history[0].took = std::chrono::milliseconds::max();
      source.shown.written = source.shown.since = moment;
      source.shown.issuers[0].paused_until = other;
      source.shown.issuers[0].limits[0] = {"x", ~0ULL, 0, ~0ULL};
      source.shown.counts.fill(0xFFFFFFFF);
      source.shown.process = INT64_MIN;
      for (const char* query : {"", "format=json", "certificate=x", "certificate=x&format=json"}) {
        CHECK(!body_of(source, query).empty());
        CHECK(body_of(source, query).find("harmless") == std::string::npos);
      }
    }
  }
}

static void empty_texts_leave_a_page() {
  auto source = filled("");
  for (const char* query : {"", "format=json"}) CHECK(is_clean(body_of(source, query)));
  CHECK(Json::parse(body_of(source, "format=json")).ok());
  CHECK(body_of(source, "").find("(without a name)") != std::string::npos);
}

int main() {
  return acme_test::run("status_page_hostile",
                        {ACME_TEST(no_text_becomes_markup), ACME_TEST(nothing_foreign_comes_out_as_it_is),
                         ACME_TEST(json_stays_json_with_the_same_members), ACME_TEST(headers_hold_nothing_foreign),
                         ACME_TEST(absurd_numbers_and_times_are_shown_somehow), ACME_TEST(empty_texts_leave_a_page)});
}
