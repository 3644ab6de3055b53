// What one virtual host is to have, before hosts are looked at together: which names in its certificate, with which
// settings.
#pragma once

#include <string>
#include <vector>

#include "common/config/challenge_rules.hpp"
#include "common/config/model.hpp"

namespace acme {

struct HostPlan {
  const VirtualHostDraft* host = nullptr;
  const IssuerConfig* issuer = nullptr;
  std::vector<Identifier> own;    // what it is called, as far as that can be certified
  std::vector<Identifier> names;  // of its certificate, the first in front; empty: the placeholder only
  std::vector<KeyType> key_types;
  CertificateConfig settings;        // all but id, names and key type
  std::vector<std::string> written;  // challenges; empty: none were written, those in `settings` are the default
  bool shares = true;                // a wildcard certificate: with hosts that it covers, or that covers it
};

/// What an operator is told of all hosts together.
struct Remarks {
  std::vector<std::string> notices;
  std::vector<std::string> warnings;
  bool leading_dot_told = false;
};

/// ErrorKind::configuration, with the directive's file and line. An inherited directive leaves out what cannot be had,
/// and says so in `remarks`. `host` and `issuer` are borrowed.
Result<HostPlan> plan_host(const VirtualHostDraft& host, const IssuerConfig& issuer, const ListeningPorts& ports,
                           Remarks& remarks);

}  // namespace acme
