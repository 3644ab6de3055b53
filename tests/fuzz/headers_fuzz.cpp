// Retry-After (the first line) and Link (all others).
#include "common/base/text.hpp"
#include "common/dns_provider/json_sets.hpp"
#include "common/protocol/headers.hpp"
#include "tests/fuzz/properties.hpp"

using namespace acme;
using namespace acme_fuzz;

namespace {

constexpr UtcTime kMoments[] = {UtcTime{}, UtcTime{Seconds{1'800'000'000}}, UtcTime{Seconds{253'402'300'799}}};

void check_links(const std::vector<std::string>& links) {
  for (const char* relation : {"alternate", "up", "next", "terms-of-service", ""}) {
    for (const auto& target : link_targets(links, relation)) {
      CHECK(!target.empty() && target.find('>') == std::string::npos && trim(target) == target);
      bool written = false;
      for (const auto& link : links) written |= link.find(target) != std::string::npos;
      CHECK(written);
    }
  }
}

}  // namespace

FUZZ_TARGET(headers) {
  Input rest{input};
  const std::string_view retry_after = rest.line();
  for (const UtcTime now : kMoments) {
    const auto wait = parse_retry_after(retry_after, now);
    CHECK(!wait || (*wait >= Seconds{0} && *wait <= std::chrono::days{8}));
    CHECK(!wait || !trim(retry_after).starts_with('-'));
  }
  HttpResponse response;
  std::vector<std::string> links;
  while (!rest.empty()) {
    links.emplace_back(rest.line());
    response.headers.emplace_back("link", links.back());
  }
  check_links(links);
  const std::string query = next_link_query(response);
  CHECK(query.empty() || query.front() == '?');
}
