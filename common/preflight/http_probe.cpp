#include "common/preflight/http_probe.hpp"

#include <algorithm>
#include <array>

#include "common/base/ip_address.hpp"
#include "common/base/text.hpp"
#include "common/challenge/challenge_board.hpp"
#include "common/preflight/address_kind.hpp"
#include "common/preflight/name_addresses.hpp"
#include "common/transport/http_target.hpp"

namespace acme {

namespace {

using End = ProbeFacts::End;

constexpr std::size_t kMostRedirects = 10;
constexpr std::size_t kMostBody = 1024;
constexpr std::size_t kMostShown = 80;

End end_of(const Error& error) {
  constexpr std::array<std::pair<const char*, End>, 7> kEnds{{
      {probe_failure::kRefused, End::refused},
      {probe_failure::kTimeout, End::timed_out},
      {probe_failure::kSilent, End::silent},
      {probe_failure::kUnreachable, End::unreachable},
      {probe_failure::kClosed, End::closed},
      {probe_failure::kTls, End::tls_failed},
      {probe_failure::kNoHttp, End::no_http},
  }};
  if (error.kind == ErrorKind::cancelled) return End::cancelled;
  for (const auto& [word, end] : kEnds) {
    if (error.problem_type == word) return end;
  }
  return End::no_http;
}

std::string in_url(const std::string& name) { return is_ipv6(name) ? cat("[", name, "]") : name; }

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

/// A CA ignores blanks at the end.
std::string_view without_end(std::string_view body) {
  while (!body.empty() && (body.back() == ' ' || body.back() == '\t' || body.back() == '\r' || body.back() == '\n')) {
    body.remove_suffix(1);
  }
  return body;
}

void take_answer(ProbeFacts& facts, const HttpResponse& response, const std::string& expected) {
  facts.status = response.status;
  facts.server = response.header("server");
  facts.body = response.body.substr(0, kMostShown);
  if (facts.cdn.empty()) facts.cdn = cdn_of(response);
  if (response.status != 200) {
    facts.end = End::http_status;
  } else {
    facts.end = without_end(response.body) == expected ? End::matched : End::other_body;
  }
}

/// False: go there.
bool ends_at(ProbeFacts& facts, const HttpResponse& response) {
  const auto ended = [&facts](End end, const char* detail) {
    facts.end = end;
    facts.detail = detail;
    return true;
  };
  if (response.redirect.empty()) return ended(End::redirect_refused, "it says no place to go to");
  const auto& before = facts.redirects;
  const bool again = std::find(before.begin(), before.end(), response.redirect) != before.end();
  facts.redirects.push_back(response.redirect);
  if (again || facts.redirects.size() > kMostRedirects) return ended(End::redirect_loop, "");
  const auto target = parse_probed_url(response.redirect);
  if (!target) return ended(End::redirect_refused, "CAs follow http and https to ports 80 and 443 only");
  if (target->host != facts.name && parse_ip(target->host)) {
    return ended(End::redirect_refused, "CAs follow to names, not to an IP address");
  }
  return false;
}

/// From a public address to one behind this machine's own walls nobody outside follows, and nor do we; from a private
/// one neither to this machine itself nor to what a cloud tells its machines at 169.254.169.254.
bool leads_inside(const std::string& from, const std::string& to) {
  const AddressKind before = address_kind(from);
  const AddressKind kind = address_kind(to);
  const bool of_machine = kind == AddressKind::loopback || kind == AddressKind::link_local;
  return kind != before && (before == AddressKind::global || of_machine);
}

/// The address of a redirect's host; "" and the facts ended: none that may be asked.
Task<std::string> address_behind(ProbeTools tools, const HttpProbe& probe, ProbeFacts& facts, std::string url) {
  const auto target = parse_probed_url(url);
  if (!target || target->host == probe.name) co_return probe.address;
  const Duration left = probe.until - tools.scheduler->clock().steady_now();
  auto looking = look_up_addresses(*tools.scheduler, *tools.lookup, target->host, probe.resolvers, left);
  const auto found = co_await std::move(looking);
  const auto addresses = found.in_order(1);
  facts.detail = target->host;
  if (addresses.empty()) {
    facts.end = End::redirect_lost;
    co_return std::string{};
  }
  if (leads_inside(probe.address, addresses.front())) {
    facts.end = End::redirect_refused;
    facts.detail = cat(target->host, " has ", address_kind_words(address_kind(addresses.front())));
    co_return std::string{};
  }
  co_return addresses.front();
}

}  // namespace

std::string cdn_of(const HttpResponse& response) {
  struct Mark {
    const char* header;
    const char* part;  // of its value, in lower case; "": any
    const char* cdn;
  };
  constexpr std::array<Mark, 16> kMarks{{
      {"cf-ray", "", "Cloudflare"},
      {"server", "cloudflare", "Cloudflare"},
      {"x-amz-cf-id", "", "Amazon CloudFront"},
      {"x-fastly-request-id", "", "Fastly"},
      {"x-served-by", "cache-", "Fastly"},
      {"server", "akamai", "Akamai"},
      {"x-akamai-request-id", "", "Akamai"},
      {"x-azure-ref", "", "Azure Front Door"},
      {"x-vercel-id", "", "Vercel"},
      {"x-nf-request-id", "", "Netlify"},
      {"x-github-request-id", "", "GitHub Pages"},
      {"server", "bunnycdn", "bunny.net"},
      {"x-sucuri-id", "", "Sucuri"},
      {"x-iinfo", "", "Imperva"},
      {"fly-request-id", "", "Fly.io"},
      {"x-cdn", "", "a CDN"},
  }};
  for (const auto& mark : kMarks) {
    const std::string value = to_lower(response.header(mark.header));
    if (!value.empty() && value.find(mark.part) != std::string::npos) return mark.cdn;
  }
  return {};
}

Task<ProbeFacts> probe_http(ProbeTools tools, HttpProbe probe) {
  ProbeFacts facts;
  facts.name = probe.name;
  facts.address = probe.address;
  std::string url = cat("http://", in_url(probe.name), kHttp01Prefix, probe.token);
  std::string address = probe.address;
  for (;;) {
    facts.last_address = address;
    const SteadyTime now = tools.scheduler->clock().steady_now();
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(probe.until - now);
    facts.end = facts.redirects.empty() ? End::timed_out : End::silent;
    if (left.count() <= 0) co_return facts;
    HttpRequest request{url};
    request.probe_address = address;
    request.timeout = left;
    request.max_body = kMostBody;
    auto sending = tools.http->send(std::move(request));
    auto response = co_await std::move(sending);
    if (!response) {
      facts.end = end_of(response.error());
      co_return facts;
    }
    take_answer(facts, *response, probe.answer);
    if (!is_redirect(response->status)) co_return facts;
    if (ends_at(facts, *response)) co_return facts;
    url = facts.redirects.back();
    auto finding = address_behind(tools, probe, facts, url);
    auto found = co_await std::move(finding);
    address = std::move(found);
    if (address.empty()) co_return facts;
  }
}

}  // namespace acme
