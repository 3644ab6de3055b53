// One DNS message to one server and its answer, by UDP or by TCP: the wire under questions and updates.
//
// Each exchange has a socket of its own, so its source port is a new random one: together with the random id that is
// what a forger has to guess. Nothing here reads the message beyond what `accept` says.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "common/base/descriptors.hpp"
#include "common/base/result.hpp"
#include "common/base/scheduler.hpp"
#include "common/base/task.hpp"
#include "common/dns/socket_address.hpp"

namespace acme {

using DnsMessage = std::vector<std::uint8_t>;

/// What an exchange waits in; borrowed.
struct DnsWire {
  Scheduler& scheduler;
  Descriptors& descriptors;
};

/// Is this the answer to what was sent?
using IsAnswer = std::function<bool(std::span<const std::uint8_t>)>;

/// Plain DNS without EDNS: a datagram holds at most so many bytes of an answer, longer ones come by TCP.
inline constexpr std::size_t kMostInDatagram = 512;

/// The first datagram that `is_answer` takes, cut after 4 KB. Others (a wrong id, another question) are passed over.
/// ErrorKind::transport: nothing until `until`, or the server cannot be reached (at once, see is_unreachable());
/// server_error: a flood of what is no answer; cancelled.
Task<Result<DnsMessage>> exchange_udp(DnsWire wire, SocketAddress server, DnsMessage message, IsAnswer is_answer,
                                      SteadyTime until);
/// The same by TCP: one message of at most 64 KB. server_error: the answer is none of this message.
Task<Result<DnsMessage>> exchange_tcp(DnsWire wire, SocketAddress server, DnsMessage message, IsAnswer is_answer,
                                      SteadyTime until);

}  // namespace acme
