#include "tests/simulation/ca_faults.hpp"

#include <array>
#include <cstdio>
#include <ctime>

#include "common/base/text.hpp"
#include "tests/fakes/scripted_http.hpp"

namespace acme_test {

using namespace acme;

namespace {

std::string http_date(UtcTime time) {
  const std::time_t seconds = time.time_since_epoch().count();
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  std::array<char, 64> text{};
  std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return text.data();
}

HttpResponse with_retry_after(HttpResponse response, std::string value) {
  if (!value.empty()) response.headers.emplace_back("retry-after", std::move(value));
  return response;
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

}  // namespace

const char* ca_fault_name(CaFault fault) {
  constexpr std::array kWords{
      "no connection", "its answer is lost", "bad gateway", "maintenance page", "internal error",
      "unavailable",   "rate limited",       "bad nonce",   "some problem",     "truncated",
      "huge",          "wrong content type", "garbage",     "deeply nested",    "URLs of elsewhere",
      "no headers"};
  return kWords[static_cast<std::size_t>(fault)];
}

const char* request_name(CaRequest kind) {
  constexpr std::array kWords{"directory",  "newNonce", "newAccount",  "account",     "keyChange",
                              "revokeCert", "newOrder", "orders",      "order",       "authorization",
                              "challenge",  "finalize", "certificate", "renewalInfo", "unknown"};
  return kWords[static_cast<std::size_t>(kind)];
}

CaFaults::CaFaults(std::uint64_t seed, SimulatedCa& ca, std::string name, const Clock& clock, History& history)
    : ca_{ca}, name_{std::move(name)}, clock_{clock}, history_{history}, chance_{seed, name_} {
  ca_.instead = [this](CaRequest kind) {
    kind_ = kind;
    return std::exchange(instead_, std::nullopt);
  };
}

void CaFaults::begin_trouble() {
  rate_ = chance_.one_of({0.05, 0.2, 0.5, 1.0});
  kinds_.clear();
  const std::size_t count = chance_.between(std::size_t{1}, std::size_t{5});
  for (std::size_t i = 0; i < count; ++i) kinds_.push_back(static_cast<CaFault>(chance_.below(kCaFaults)));
}

CaFault CaFaults::draw() { return kinds_[chance_.below(kinds_.size())]; }

std::string CaFaults::some_retry_after() {
  switch (chance_.below(8)) {
    case 0: return "";
    case 1: return "0";
    case 2: return std::to_string(chance_.magnitude(Seconds{1}, Seconds{7200}).count());
    case 3: return http_date(clock_.now() + chance_.magnitude(Seconds{1}, Seconds{7200}));
    case 4: return http_date(clock_.now() - Seconds{86400});
    case 5: return "99999999999999999999";
    case 6: return "-5";
    default: return "soon";
  }
}

/// What the CA, or what stands before it, says without having done anything.
void CaFaults::before(CaFault fault) {
  constexpr std::array kTypes{"malformed",
                              "unauthorized",
                              "rejectedIdentifier",
                              "accountDoesNotExist",
                              "userActionRequired",
                              "badCSR",
                              "orderNotReady",
                              "unsupportedIdentifier",
                              "caa",
                              "dns",
                              "connection",
                              "tls",
                              "incorrectResponse",
                              "externalAccountRequired",
                              "compound",
                              "invalidProfile"};
  switch (fault) {
    case CaFault::bad_gateway: instead_ = html(502); break;
    case CaFault::maintenance: instead_ = html(200); break;
    case CaFault::internal_error: instead_ = problem_answer(500, "serverInternal", "out of order"); break;
    case CaFault::unavailable:
      instead_ = with_retry_after(problem_answer(503, "serverInternal", "busy"), some_retry_after());
      break;
    case CaFault::rate_limited:
      instead_ = with_retry_after(problem_answer(429, "rateLimited", "too many"), some_retry_after());
      break;
    case CaFault::bad_nonce: instead_ = problem_answer(400, "badNonce", "that nonce"); break;
    case CaFault::any_problem:
      instead_ = problem_answer(chance_.one_of({400, 403, 404, 409}), kTypes[chance_.below(kTypes.size())], "no");
      break;
    default: break;
  }
}

/// What becomes of its answer.
void CaFaults::after(CaFault fault, Result<HttpResponse>& answered) {
  if (!answered) return;
  HttpResponse& response = *answered;
  switch (fault) {
    case CaFault::lost_answer: answered = no_answer(); break;
    case CaFault::truncated: response.body.resize(chance_.below(response.body.size() + 1)); break;
    case CaFault::huge: response.body.assign(std::size_t{1100} * 1024, ' '); break;
    case CaFault::wrong_type:
      for (auto& [name, value] : response.headers) {
        if (name == "content-type") value = "text/html";
      }
      break;
    case CaFault::garbage:
      for (char& c : response.body) c = static_cast<char>(chance_.below(256));
      break;
    case CaFault::nested: response.body = std::string(1000, '[') + std::string(1000, ']'); break;
    case CaFault::foreign: response.body = replaced(response.body, "https://", "http://elsewhere."); break;
    case CaFault::no_headers: response.headers.clear(); break;
    default: break;
  }
}

Result<HttpResponse> CaFaults::exchange(const HttpRequest& request) {
  if (!chance_.happens(rate_)) return ca_.handle(request);
  const CaFault fault = draw();
  history_.count("faults of CAs");
  if (fault == CaFault::no_connection) {
    kind_ = CaRequest::unknown;
    history_.add(name_, "is not reached");
    return no_answer();
  }
  before(fault);
  auto answered = ca_.handle(request);
  after(fault, answered);
  std::string line = cat(request_name(kind_), " is answered by: ", ca_fault_name(fault));
  if (answered && !answered->header("retry-after").empty()) {
    line += cat(", Retry-After ", std::string{answered->header("retry-after")});
  }
  history_.add(name_, line);
  return answered;
}

}  // namespace acme_test
