#include "common/report/status_page.hpp"

#include <algorithm>

#include "common/base/text.hpp"
#include "common/crypto/digest.hpp"
#include "tests/check.hpp"
#include "tests/unit/report/sample_status.hpp"

using namespace acme;
using namespace acme_test;

namespace {

struct Answer {
  int status = 0;
  std::string type;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::size_t largest = 0;

  std::string header(std::string_view name) const {
    for (const auto& [key, value] : headers) {
      if (key == name) return value;
    }
    return "";
  }
  bool has(std::string_view text) const { return body.find(text) != std::string::npos; }
};

Answer ask(StatusSource& source, std::string_view query, std::string_view accept = "", std::string_view method = "GET",
           std::string_view path = "", UtcTime now = kSampleNow) {
  auto response = answer_status({method, path, query, accept, now}, source);
  Answer answer{response.status, response.content_type, response.headers, "", 0};
  for (const auto& piece : response.body) {
    answer.body += piece;
    answer.largest = std::max(answer.largest, piece.size());
  }
  return answer;
}

std::string between(const std::string& text, std::string_view begin, std::string_view end) {
  const auto from = text.find(begin);
  if (from == std::string::npos) return "";
  const auto start = from + begin.size();
  return text.substr(start, text.find(end, start) - start);
}

std::string title_of(const Answer& answer) { return between(answer.body, "<title>", "</title>"); }

/// As a browser computes it for CSP: of the very bytes between the tags.
std::string hash_source(const std::string& text) {
  std::string encoded = base64url_encode(std::span<const std::uint8_t>{sha256(text).value()});
  std::replace(encoded.begin(), encoded.end(), '-', '+');
  std::replace(encoded.begin(), encoded.end(), '_', '/');
  return "'sha256-" + encoded + "='";
}

std::size_t count(const std::string& text, std::string_view part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

}  // namespace

static void each_format_has_its_type() {
  auto source = sample_status();
  CHECK_EQ(ask(source, "").type, "text/html; charset=utf-8");
  CHECK_EQ(ask(source, "", "application/json").type, "application/json");
  CHECK_EQ(ask(source, "format=json", "text/html").type, "application/json");
  CHECK_EQ(ask(source, "format=html", "application/json").type, "text/html; charset=utf-8");
  CHECK_EQ(ask(source, "format=metrics", "text/html").type, "text/plain; version=0.0.4; charset=utf-8");
  CHECK_EQ(ask(source, "", "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1").type,
           "application/openmetrics-text; version=1.0.0; charset=utf-8");
  for (const char* query : {"", "format=json", "format=metrics"}) {
    const auto answer = ask(source, query);
    CHECK_EQ(answer.status, 200);
    CHECK_EQ(answer.header("Cache-Control"), "no-store");
    CHECK_EQ(answer.header("X-Content-Type-Options"), "nosniff");
    CHECK_EQ(answer.header("Referrer-Policy"), "no-referrer");
    CHECK_EQ(answer.header("X-Frame-Options"), "DENY");
    CHECK_EQ(answer.header("Vary"), "Accept");
    CHECK(answer.header("Content-Security-Policy").find("default-src 'none'") == 0);
    CHECK(answer.header("Content-Security-Policy").find("unsafe") == std::string::npos);
  }
}

static void only_reading_is_allowed() {
  auto source = sample_status();
  for (const char* method : {"POST", "PUT", "DELETE", "OPTIONS", "get", "", "HEADX", "\xff"}) {
    const auto answer = ask(source, "", "", method);
    CHECK_EQ(answer.status, 405);
    CHECK_EQ(answer.header("Allow"), "GET, HEAD");
  }
  CHECK_EQ(ask(source, "", "", "HEAD").body, ask(source, "").body);
}

static void only_the_page_itself_is_there() {
  auto source = sample_status();
  CHECK_EQ(ask(source, "", "", "GET", "/").status, 200);
  for (const char* path : {"/x", "//", "/..", "/%2e%2e/", "x", "/index.html", "/../../etc/passwd", "/\n"}) {
    CHECK_EQ(ask(source, "", "", "GET", path).status, 404);
  }
}

static void what_is_not_understood_is_said_in_the_wanted_format() {
  auto source = sample_status();
  const struct {
    std::string query;
    int status;
  } rows[] = {{"format=xml", 400}, {"state=dead", 400}, {"certificate=nobody", 404}, {std::string(8193, 'a'), 414}};
  for (const auto& row : rows) {
    CHECK_EQ(ask(source, row.query).status, row.status);
    CHECK(ask(source, row.query).has("</html>"));
    const auto json = ask(source, row.query, "application/json");
    CHECK_EQ(json.status, row.status);
    CHECK(json.has("{\"schema\":1,") && json.has("\"error\":{\"message\":\""));
    const auto plain = ask(source, row.query, "text/plain");
    CHECK(plain.status == row.status || row.status == 404);  // metrics are always of all certificates
  }
}

static void the_policy_allows_exactly_the_page_s_style_and_script() {
  auto source = sample_status();
  for (const char* query : {"", "certificate=failing.example-1a2b3c4d", "certificate=nobody"}) {
    const auto answer = ask(source, query);
    const std::string policy = answer.header("Content-Security-Policy");
    CHECK_EQ(count(answer.body, "<style>"), 1U);
    CHECK_EQ(count(answer.body, "<script>"), 1U);
    CHECK(policy.find("style-src " + hash_source(between(answer.body, "<style>", "</style>")) + ";") !=
          std::string::npos);
    CHECK(policy.find("script-src " + hash_source(between(answer.body, "<script>", "</script>")) + ";") !=
          std::string::npos);
    CHECK_EQ(count(answer.body, " style="), 0U);
    for (const char* outside : {"http://", "src=", "@import", "url(", " onclick", " onload", "javascript:"}) {
      CHECK_EQ(count(answer.body, outside), 0U);
    }
  }
}

static void the_title_says_the_state() {
  auto source = sample_status();
  CHECK_EQ(title_of(ask(source, "")),
           "1 failing, 1 expiring, 1 expired, 1 revoked - certificates of ngx_acme/0.1 nginx/1.22.1");
  source.shown.counts = {12, 0, 0, 0, 0, 0, 0, 0};
  CHECK(title_of(ask(source, "")).find("all 12 fine - ") == 0);
  source.shown.counts = {12, 1, 0, 0, 0, 0, 0, 0};
  CHECK(title_of(ask(source, "")).find("1 waiting - ") == 0);
  source.shown.counts = {12, 1, 2, 0, 0, 0, 0, 0};
  CHECK(title_of(ask(source, "")).find("2 renewing - ") == 0);
  source.shown.counts = {};
  CHECK(title_of(ask(source, "")).find("no certificates - ") == 0);
  CHECK(title_of(ask(source, "", "", "GET", "", kSampleNow + Seconds{200})).find("engine silent - ") == 0);
  CHECK(title_of(ask(source, "certificate=failing.example-1a2b3c4d"))
            .find("failing.example: valid, live; its renewal failed 3 times in a row - ") == 0);
}

static void the_overview_counts_lists_and_links() {
  auto source = sample_status();
  const auto answer = ask(source, "");
  for (std::size_t i = 0; i < kStandings; ++i) {
    const std::string name = standing_name(static_cast<CertificateStanding>(i));
    CHECK(answer.has("href=\"?state=" + name + "\""));
    CHECK(answer.has("href=\"?certificate=" + name + ".example-1a2b3c4d\""));
  }
  for (const char* said :
       {"ngx_acme/0.1 nginx/1.22.1", "/var/lib/acme/nginx", "4242", "288 of 300 left within 3 h", "the CA answered 503",
        "Wait.", "Nothing is asked of it until", "Next events", "<svg class=\"bar\"", "valid, live",
        "waiting for the first certificate", "datetime=\"2027-02-14T08:00:00Z\""}) {
    CHECK(answer.has(said));
  }
  CHECK(answer.body.find("failing.example") < answer.body.find("valid.example</a> <span"));
  CHECK(!answer.has("has not been heard of"));
}

static void a_filtered_list_stands_alone() {
  auto source = sample_status();
  const auto answer = ask(source, "state=failing,expired&q=example");
  CHECK_EQ(count(answer.body, "<tr class"), 2U);
  CHECK(answer.has("1 to 2 of 2 that match") && answer.has("value=\"example\"") && !answer.has("Next events"));
  CHECK(ask(source, "q=nothing-like-this").has("No certificate matches."));
}

static void pages_lead_to_one_another() {
  MemoryStatus source;
  source.shown = sample_overview();
  for (int i = 100; i < 225; ++i) source.add(sample_summary(cat("n", i, ".example"), CertificateStanding::valid));
  const auto middle = ask(source, "page=2&q=n");
  CHECK(middle.has("51 to 100 of 125 that match") && middle.has("Page 2 of 3"));
  CHECK(middle.has("<a href=\"?q=n\" rel=\"prev\">") && middle.has("<a href=\"?q=n&amp;page=3\" rel=\"next\">"));
  CHECK(middle.has("n150.example") && !middle.has("n149.example") && !middle.has("n200.example"));
  CHECK(!ask(source, "").has("rel=\"prev\"") && !ask(source, "page=3").has("rel=\"next\""));
  CHECK(ask(source, "page=99").has("101 to 125 of 125"));
  CHECK(ask(source, "page=1&per_page=200").has("1 to 125 of 125"));
  CHECK(ask(source, "page=2&q=n&format=json").has("\"next\":\"?format=json\\u0026q=n\\u0026page=3\""));
  CHECK(ask(source, "page=99&format=json").has("\"page\":3,\"pages\":3,\"per_page\":50,\"matching\":125}"));
}

static void a_certificate_s_page_tells_all_of_it() {
  auto source = sample_status();
  const auto answer = ask(source, "certificate=failing.example-1a2b3c4d");
  CHECK_EQ(answer.status, 200);
  for (const char* said : {"www.failing.example",
                           "ecdsa:256",
                           "letsencrypt",
                           "zerossl",
                           "classic",
                           "03ab",
                           "http-01, tls-alpn-01",
                           "CN=Root X1",
                           "/var/lib/acme/nginx/live/failing.example",
                           "the CA suggests it",
                           "connection: timeout",
                           "Open port 80.",
                           "It is tried again",
                           "in 20 min",
                           "the listener at [::1]:443 serves it",
                           "took 120 ms",
                           "took 2.3 s",
                           "under way, begun",
                           "the CA is looking",
                           "proved",
                           "8.5 s",
                           "02ab",
                           "<svg class=\"bar\"",
                           "The order that is under way",
                           "format=json&amp;certificate=failing.example-1a2b3c4d\"",
                           "http-equiv=\"refresh\"",
                           "data-refresh=\"1\""}) {
    CHECK(answer.has(said));
  }
  source.details[3].attempt->took = std::chrono::milliseconds{61'000};
  const auto over = ask(source, "certificate=failing.example-1a2b3c4d");
  CHECK(over.has("Last attempt") && over.has("failed after 61 s") && !over.has("http-equiv=\"refresh\""));
}

static void what_visitors_get_is_said() {
  auto source = sample_status();
  auto& summary = source.details[0].summary;
  const struct {
    ServedState served;
    const char* row;
    const char* page;
  } rows[] = {{ServedState::live, "valid, live", "serves exactly this certificate"},
              {ServedState::other, "valid, but another one is served", "Another certificate is served"},
              {ServedState::unreachable, "valid, but its listener does not answer", "No TLS connection"},
              {ServedState::unknown, "<span class=\"state\">valid</span>", "not looked at yet"}};
  for (const auto& row : rows) {
    summary.served = row.served;
    CHECK(ask(source, "state=valid").has(row.row));
    CHECK(ask(source, "certificate=valid.example-1a2b3c4d").has(row.page));
  }
}

static void a_silent_engine_and_a_waiting_reload_are_said() {
  auto source = sample_status();
  source.shown.reload_pending = "/etc/nginx/nginx.conf changed on disk";
  for (const char* query : {"", "certificate=valid.example-1a2b3c4d"}) {
    CHECK(ask(source, query).has("/etc/nginx/nginx.conf changed on disk"));
    const auto late = ask(source, query, "", "GET", "", kSampleNow + Seconds{120});
    CHECK(late.has("The engine has not been heard of since ") && late.has("2027-01-15 07:59</time>"));
  }
  CHECK(ask(source, "", "", "GET", "", kSampleNow - Seconds{9999}).has("clock was set back"));
  CHECK(ask(source, "format=json").has("\"alive\":true"));
  CHECK(ask(source, "format=json", "", "GET", "", kSampleNow + Seconds{120}).has("\"alive\":false"));
}

static void a_status_that_cannot_be_read_is_a_page_of_words() {
  MemoryStatus source;
  const struct {
    ErrorKind kind;
    const char* said;
  } rows[] = {{ErrorKind::not_found, "has not written its status yet"},
              {ErrorKind::malformed, "cannot be understood: bad &lt;magic&gt;"},
              {ErrorKind::permission, "must not be read"},
              {ErrorKind::configuration, "<p>bad &lt;magic&gt;</p>"},
              {ErrorKind::io, "cannot be read"}};
  for (const auto& row : rows) {
    source.broken = Error{row.kind, "bad <magic>", row.kind == ErrorKind::configuration ? "Do it." : ""};
    for (const char* query : {"", "certificate=x", "q=x"}) {
      const auto answer = ask(source, query);
      CHECK_EQ(answer.status, 200);
      CHECK(answer.has(row.said) && answer.has("<p class=\"hint\">"));
      const auto json = ask(source, query, "application/json");
      CHECK_EQ(json.status, 200);
      CHECK(json.has("\"error\":{\"message\":\"") && json.has("\"hint\":\""));
    }
    const auto metrics = ask(source, "format=metrics");
    CHECK_EQ(metrics.status, 503);
    CHECK_EQ(metrics.type, "text/plain; charset=utf-8");
  }
}

namespace {
/// The lists are damaged, the overview is not.
class HalfStatus final : public StatusSource {
 public:
  Result<Overview> overview() override { return sample_overview(); }
  Result<SummaryPage> summaries(const SummaryQuery&) override { return Error{ErrorKind::malformed, "short index"}; }
  Result<std::vector<CertificateSummary>> next_events(std::size_t) override { return Error{ErrorKind::io, "gone"}; }
  Result<CertificateDetail> certificate(const std::string&) override { return Error{ErrorKind::malformed, "half"}; }
  Result<Counters> counters() override { return Error{ErrorKind::io, "gone"}; }
  Status each(const std::function<void(const CertificateSummary&)>&) override { return Error{ErrorKind::io, "gone"}; }
};
}  // namespace

static void what_can_be_read_is_shown_beside_what_cannot() {
  HalfStatus source;
  const auto answer = ask(source, "");
  CHECK(answer.has("ngx_acme/0.1") && answer.has("cannot be read: gone") && answer.has("The list cannot be read now."));
  CHECK(ask(source, "format=json").has("\"error\":{") && ask(source, "format=json").has("\"certificates\":[]"));
  CHECK_EQ(ask(source, "certificate=x").status, 200);
  CHECK(ask(source, "certificate=x").has("cannot be understood: half"));
}

static void ten_thousand_certificates_cost_one_page() {
  MemoryStatus source;
  source.shown = sample_overview();
  for (int i = 0; i < 10'000; ++i) source.add(sample_summary(cat("host", i, ".example"), CertificateStanding::valid));
  for (const char* query : {"", "format=json", "page=150", "per_page=200"}) {
    source.calls = 0;
    const auto answer = ask(source, query);
    CHECK(answer.body.size() < 300'000);
    CHECK(answer.largest <= 16 * 1024);
    CHECK_EQ(source.calls, 3U);
  }
}

int main() {
  return acme_test::run(
      "status_page",
      {ACME_TEST(each_format_has_its_type), ACME_TEST(only_reading_is_allowed),
       ACME_TEST(only_the_page_itself_is_there), ACME_TEST(what_is_not_understood_is_said_in_the_wanted_format),
       ACME_TEST(the_policy_allows_exactly_the_page_s_style_and_script), ACME_TEST(the_title_says_the_state),
       ACME_TEST(the_overview_counts_lists_and_links), ACME_TEST(a_filtered_list_stands_alone),
       ACME_TEST(pages_lead_to_one_another), ACME_TEST(a_certificate_s_page_tells_all_of_it),
       ACME_TEST(what_visitors_get_is_said), ACME_TEST(a_silent_engine_and_a_waiting_reload_are_said),
       ACME_TEST(a_status_that_cannot_be_read_is_a_page_of_words),
       ACME_TEST(what_can_be_read_is_shown_beside_what_cannot), ACME_TEST(ten_thousand_certificates_cost_one_page)});
}
