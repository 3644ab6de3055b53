// One look at http://NAME/.well-known/acme-challenge/TOKEN over one address, as a CA's validation does it: redirects
// are followed (RFC 8555 §8.3), certificates on the way are not verified. It sends nothing but GET with our user agent.
#pragma once

#include <string>
#include <vector>

#include "common/base/scheduler.hpp"
#include "common/dns/dns_lookup.hpp"
#include "common/transport/http_client.hpp"

namespace acme {

/// Observed, not yet judged. Text from servers is in it as it came.
struct ProbeFacts {
  enum class End : std::uint8_t {
    matched,      // our answer
    other_body,   // 200, and something else
    http_status,  // another status
    refused,      // no connection
    timed_out,
    unreachable,  // this machine has no way there
    silent,       // a connection without an answer
    closed,       // the same, closed by the other side
    tls_failed,   // behind a redirect to https
    no_http,      // what answers speaks something else
    redirect_loop,
    redirect_refused,  // where a CA does not follow; `detail` says why
    redirect_lost,     // to a name without address
    cancelled,
  };

  std::string name;
  std::string address;  // that was asked first
  End end = End::cancelled;
  int status = 0;
  std::string server;  // the last answer's Server header
  std::string body;    // its first bytes
  std::string cdn;     // "Cloudflare": whose headers an answer had
  std::vector<std::string> redirects;
  std::string last_address;  // where the last request went
  std::string detail;

  /// No HTTP server was there at all.
  bool nobody() const noexcept {
    return end == End::refused || end == End::timed_out || end == End::unreachable || end == End::silent ||
           end == End::closed;
  }
};

/// What a probe works with; all borrowed.
struct ProbeTools {
  Scheduler* scheduler = nullptr;
  HttpClient* http = nullptr;
  DnsLookup* lookup = nullptr;
};

struct HttpProbe {
  HttpProbe(std::string n, std::string a) : name{std::move(n)}, address{std::move(a)} {}
  std::string name;     // a DNS name or an IP address
  std::string address;  // to connect to
  std::string token;
  std::string answer;                  // what is expected
  std::vector<std::string> resolvers;  // for names that redirects lead to
  SteadyTime until;                    // for all of it
};

Task<ProbeFacts> probe_http(ProbeTools tools, HttpProbe probe);

/// "Cloudflare" for an answer that went through it; "" for none that is known.
std::string cdn_of(const HttpResponse& response);

}  // namespace acme
