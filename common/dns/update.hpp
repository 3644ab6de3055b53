// One dynamic update (RFC 2136) to one server: signed, sent, and its answer told in plain words.
#pragma once

#include <string>
#include <vector>

#include "common/dns/exchange.hpp"
#include "common/dns/tsig.hpp"

namespace acme {

enum class UpdateTransport : std::uint8_t {
  udp_first,  // UDP for what fits into 1232 bytes; TCP beyond, after 3 s of silence, or when the server asks for it
  tcp,
};

struct UpdateServer {
  std::string server;  // as DnsQuestion::servers
  const TsigKey& key;  // outlives the update
  UpdateTransport transport = UpdateTransport::udp_first;
};

/// `update` as make_update() gives it. Errors: transport: no answer; problem: the server refused (why, and what to
/// look at, is told); server_error: it failed, or its answer is none, or not signed with this key; cancelled.
Task<Status> send_update(DnsWire wire, UpdateServer to, std::vector<std::uint8_t> update);

}  // namespace acme
