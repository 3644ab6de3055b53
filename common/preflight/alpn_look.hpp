// One name as a CA would find it by tls-alpn-01 (RFC 8737): a connection to port 443 of each of its addresses that
// offers acme-tls/1 must be shown the certificate of a challenge of ours.
#pragma once

#include <string>
#include <vector>

#include "common/challenge/challenge_board.hpp"
#include "common/preflight/name_look.hpp"
#include "common/transport/tls_probe.hpp"

namespace acme {

/// Observed at one address, not yet judged. Foreign text in it is cleaned.
struct AlpnFacts {
  enum class End : std::uint8_t {
    matched,
    other_certificate,  // acme-tls/1 is spoken, and the certificate is of another challenge
    other_protocol,     // a certificate, and not acme-tls/1
    no_tls,             // the handshake fails
    nobody,             // no connection
    unreachable,        // this machine has no way there
    cancelled,
  };
  std::string name;
  std::string address;
  End end = End::cancelled;
  std::string detail;  // the error, or whose certificate it is
};

/// Publishes an answer of its own for the name, which is no key authorization, until it has ended; while an order for
/// the name or another look at it is under way nothing is looked at, which is a note. "dns" first, then one finding for
/// each address.
Task<std::vector<Finding>> look_by_alpn(ProbeTools tools, TlsProbe& tls, ChallengeBoard& board, LookedFrom from,
                                        NameLook look);

/// Pure. `public_ca` as of judge_http().
std::vector<Finding> judge_alpn(const std::vector<AlpnFacts>& facts, const ServerFacts& server, bool public_ca);

}  // namespace acme
