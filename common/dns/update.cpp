#include "common/dns/update.hpp"

#include <cstdlib>

#include "common/base/text.hpp"
#include "common/dns/message.hpp"
#include "common/dns/update_message.hpp"

namespace acme {

namespace {

constexpr std::size_t kMostByUdp = 1232;  // passes every path unfragmented
constexpr Seconds kUdpPatience{3};
constexpr Seconds kTcpPatience{15};

enum ResponseCode { kNoError = 0, kFormErr = 1, kServFail = 2, kNotImp = 4, kRefused = 5, kNotAuth = 9, kNotZone = 10 };

Error refused(std::string message, std::string hint) {
  return {ErrorKind::problem, std::move(message), std::move(hint)};
}

/// NOTAUTH beside an error of the signature (RFC 8945 §5.2).
Error signature_refused(const TsigFindings& findings, const TsigKey& key, UtcTime now) {
  switch (findings.error) {
    case TsigError::bad_key:
      return refused(
          cat("the server does not know the TSIG key ", key.name, ", or does not let it update the zone (BADKEY)"),
          "key_name= and algorithm= must be those of the server's configuration, and the zone must allow the key");
    case TsigError::bad_sig:
      return refused(cat("the server does not accept the signature of the TSIG key ", key.name, " (BADSIG)"),
                     "is the secret the same as in the server's configuration?");
    case TsigError::bad_time: {
      if (!findings.valid || !findings.server_time)
        return refused("the clocks of this machine and of the server differ (BADTIME)", "set the clocks");
      const auto off = (now - *findings.server_time).count();
      return refused(cat("this machine's clock is ", format_duration(Seconds{std::abs(off)}),
                         off > 0 ? " ahead of the server's" : " behind the server's", " (BADTIME)"),
                     "set the clocks: TSIG allows 5 minutes");
    }
    case TsigError::bad_trunc: return refused("the server wants a longer signature (BADTRUNC)", {});
    case TsigError::none: break;
  }
  return refused("the server is not authoritative for the zone, or refuses the TSIG key (NOTAUTH)",
                 "server= must be the zone's primary, and the key must be allowed to update it");
}

Error code_refused(int code) {
  switch (code) {
    case kFormErr: return {ErrorKind::server_error, "the server does not understand the update (FORMERR)"};
    case kServFail:
      return {ErrorKind::server_error, "the server fails to make the update (SERVFAIL)",
              "its own log says why; can it write the zone's files?"};
    case kNotImp: return refused("the server makes no dynamic updates (NOTIMP)", "allow them for the zone");
    case kRefused:
      return refused("the server refuses the update (REFUSED)",
                     "the zone must allow updates of these TXT records by this TSIG key");
    case kNotZone: return refused("a name is not in the zone that the server has (NOTZONE)", {});
    default: return refused(cat("the server refuses the update (RCODE ", code, ')'), {});
  }
}

Status judge(std::span<const std::uint8_t> answer, const SignedMessage& sent, const TsigKey& key, UtcTime now) {
  const auto findings = tsig_check(answer, key, sent.mac);
  if (!findings) return findings.error();
  const int code = response_code(answer);
  if (code == kNotAuth) return signature_refused(*findings, key, now);
  // An error need not be signed: who forges one only delays. A success must be.
  if (code != kNoError) return code_refused(code);
  if (findings->valid) return {};
  return Error{ErrorKind::server_error,
               cat("the answer to the update is not signed with the TSIG key ", key.name, "; it is not believed"),
               "does something stand between this machine and the name server?"};
}

Task<Result<DnsMessage>> exchange(DnsWire wire, SocketAddress address, DnsMessage message, UpdateTransport transport) {
  const IsAnswer is_answer = [message](std::span<const std::uint8_t> got) { return is_update_answer(message, got); };
  if (transport == UpdateTransport::udp_first && message.size() <= kMostByUdp) {
    const SteadyTime until = wire.scheduler.clock().steady_now() + kUdpPatience;
    auto by_udp = exchange_udp(wire, address, message, is_answer, until);
    auto answer = co_await std::move(by_udp);
    if (answer && !is_truncated(*answer)) co_return answer;
    if (!answer && answer.error().kind == ErrorKind::cancelled) co_return answer;
  }
  const SteadyTime until = wire.scheduler.clock().steady_now() + kTcpPatience;
  auto by_tcp = exchange_tcp(wire, address, std::move(message), is_answer, until);
  auto answer = co_await std::move(by_tcp);
  co_return answer;
}

}  // namespace

Task<Status> send_update(DnsWire wire, UpdateServer to, std::vector<std::uint8_t> update) {
  const auto address = to_socket_address(to.server);
  if (!address) co_return address.error();
  const auto sent = tsig_sign(std::move(update), to.key, wire.scheduler.clock().now());
  if (!sent) co_return sent.error();
  auto task = exchange(wire, *address, sent->bytes, to.transport);
  const auto answer = co_await std::move(task);
  if (!answer) co_return Error{answer.error()}.with_context(to.server);
  Status status = judge(*answer, *sent, to.key, wire.scheduler.clock().now());
  if (!status) co_return std::move(status).error().with_context(to.server);
  co_return status;
}

}  // namespace acme
