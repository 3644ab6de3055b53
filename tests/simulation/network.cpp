#include "tests/simulation/network.hpp"

namespace acme_test {

using namespace acme;
using std::chrono::milliseconds;

namespace {

Error stopped() { return {ErrorKind::cancelled, "stopped"}; }

/// As curl does.
Result<HttpResponse> limited(Result<HttpResponse> answered, std::size_t most) {
  if (answered && answered->body.size() > most) return Error{ErrorKind::server_error, "the answer is too large"};
  return answered;
}

DnsAnswer answer_to(const DnsQuestion& question, DnsWeather weather) {
  DnsAnswer answer;
  if (weather == DnsWeather::no_names) answer.outcome = DnsOutcome::no_name;
  if (weather == DnsWeather::failing) answer.outcome = DnsOutcome::failed;
  DnsRecord record;
  record.owner = question.name;
  record.type = question.type;
  record.data = "192.0.2.1";
  if (question.type == DnsType::caa) record.caa = {false, "issue", ";"};
  const bool has = question.type == DnsType::a || (question.type == DnsType::caa && weather == DnsWeather::forbids);
  if (answer.outcome == DnsOutcome::found && has) answer.records.push_back(std::move(record));
  return answer;
}

}  // namespace

Duration SimulatedNetwork::latency() { return milliseconds{chance_.between(std::size_t{1}, std::size_t{60})}; }

Task<Result<HttpResponse>> SimulatedNetwork::send(HttpRequest request) {
  if (scheduler_.cancelled()) co_return stopped();
  ++under_way_;
  const Wake there = co_await scheduler_.sleep_for(latency());
  Result<HttpResponse> answered = stopped();
  if (there != Wake::cancelled) answered = deliver_(request);
  const Wake back = co_await scheduler_.sleep_for(latency());
  --under_way_;
  if (back == Wake::cancelled) co_return stopped();
  if (answered && answered->effective_url.empty()) answered->effective_url = request.url;
  auto result = limited(std::move(answered), request.max_body);
  co_return result;
}

Task<Result<DnsAnswer>> SimulatedNetwork::ask(DnsQuestion question) {
  ++under_way_;
  const bool silent = dns_ == DnsWeather::silent;
  const Duration pause = silent ? question.limit : latency();
  const Wake wake = co_await scheduler_.sleep_for(pause);
  --under_way_;
  if (wake == Wake::cancelled) co_return Error{ErrorKind::cancelled, "cancelled"};
  if (silent) co_return Error{ErrorKind::transport, "no name server answered for " + question.name};
  co_return answer_to(question, dns_);
}

}  // namespace acme_test
