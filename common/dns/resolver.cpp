#include "common/dns/resolver.hpp"

#include <algorithm>

#include "common/base/text.hpp"
#include "common/dns/message.hpp"

namespace acme {

namespace {

constexpr std::size_t kQuestionsAtOnce = 128;
constexpr std::chrono::milliseconds kFirstPatience{1000};
constexpr int kMostRounds = 4;
constexpr Seconds kSilenceRemembered{30};
constexpr std::size_t kMostRemembered = 1024;

/// Another server may know better.
bool is_final(const Result<DnsAnswer>& answer) {
  return answer && (answer->outcome == DnsOutcome::found || answer->outcome == DnsOutcome::no_name);
}

bool is_silence(const Result<DnsAnswer>& answer) { return !answer && answer.error().kind == ErrorKind::transport; }

}  // namespace

Resolver::Resolver(DnsWire wire, std::string resolv_conf)
    : wire_{wire}, system_{wire.scheduler.clock(), std::move(resolv_conf)}, room_{wire.scheduler, kQuestionsAtOnce} {}

void Resolver::remember(const std::string& server, bool silent) {
  if (!silent) {
    silent_since_.erase(server);
    return;
  }
  const SteadyTime now = wire_.scheduler.clock().steady_now();
  if (silent_since_.size() >= kMostRemembered)
    std::erase_if(silent_since_, [&](const auto& entry) { return entry.second + kSilenceRemembered < now; });
  if (silent_since_.size() < kMostRemembered) silent_since_.insert_or_assign(server, now);
}

std::vector<std::string> Resolver::servers_for(const DnsQuestion& question) {
  std::vector<std::string> servers = question.servers.empty() ? system_.servers() : question.servers;
  const SteadyTime now = wire_.scheduler.clock().steady_now();
  std::stable_partition(servers.begin(), servers.end(), [&](const std::string& server) {
    const auto silent = silent_since_.find(server);
    return silent == silent_since_.end() || silent->second + kSilenceRemembered < now;
  });
  return servers;
}

Task<Result<DnsAnswer>> Resolver::ask(DnsQuestion question) {
  if (question.name.ends_with('.')) question.name.pop_back();
  question.name = to_lower(question.name);
  if (!is_askable(question.name))
    co_return Error{ErrorKind::configuration, cat('"', cleaned(question.name, 260), "\" is no name of the DNS")};
  const SteadyTime until = wire_.scheduler.clock().steady_now() + question.limit;
  const Wake wake = co_await room_.acquire();
  if (wake == Wake::cancelled) co_return Error{ErrorKind::cancelled, "cancelled"};
  const Permit permit{room_};
  auto task = ask_all(std::move(question), until);
  auto answer = co_await std::move(task);
  co_return answer;
}

Task<Result<DnsAnswer>> Resolver::ask_all(DnsQuestion question, SteadyTime until) {
  std::vector<std::string> servers = servers_for(question);
  Result<DnsAnswer> best = Error{ErrorKind::transport, "no answer in time"};
  for (int round = 0; round < kMostRounds && !servers.empty(); ++round) {
    std::vector<std::string> silent;
    for (const auto& server : servers) {
      const SteadyTime now = wire_.scheduler.clock().steady_now();
      if (now >= until) break;
      const bool last = round + 1 == kMostRounds;
      const SteadyTime patience = last ? until : std::min<SteadyTime>(until, now + kFirstPatience * (1 << round));
      auto task = ask_one(question, server, patience, until);
      auto answer = co_await std::move(task);
      if (is_final(answer) || (!answer && answer.error().kind == ErrorKind::cancelled)) co_return answer;
      if (is_silence(answer) && !is_unreachable(answer.error())) silent.push_back(server);
      // The error of a server that spoke says more than another's silence.
      if (!best || answer) best = is_silence(answer) && !is_silence(best) ? std::move(best) : std::move(answer);
    }
    servers = std::move(silent);
  }
  if (!best) co_return std::move(best).error().with_context(cat("DNS question for ", question.name));
  co_return best;
}

Task<Result<DnsAnswer>> Resolver::ask_one(DnsQuestion question, std::string server, SteadyTime until_udp,
                                          SteadyTime until) {
  const auto address = to_socket_address(server);
  if (!address) co_return address.error();
  const auto id = random_message_id();
  if (!id) co_return id.error();
  auto query = make_query(question, *id);
  if (!query) co_return std::move(query).error();
  const DnsMessage sent = *query;
  const IsAnswer is_answer = [sent](std::span<const std::uint8_t> message) { return is_answer_to(sent, message); };
  auto by_udp = exchange_udp(wire_, *address, sent, is_answer, until_udp);
  auto received = co_await std::move(by_udp);
  if (received && is_truncated(*received)) {
    auto by_tcp = exchange_tcp(wire_, *address, sent, is_answer, until);
    auto whole = co_await std::move(by_tcp);
    received = std::move(whole);
  }
  if (!received) {
    Error error = std::move(received).error();
    remember(server, error.kind == ErrorKind::transport);
    co_return std::move(error).with_context(server);
  }
  remember(server, false);
  auto answer = parse_answer(*received, question);
  if (!answer) co_return std::move(answer).error().with_context(server);
  co_return answer;
}

}  // namespace acme
