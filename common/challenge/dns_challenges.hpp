// DnsChallenges: the TXT records of DNS challenges, from the order to the zone and out of it again.
//
// Every record is written down in the state directory before a provider is asked for it, and struck out after it was
// removed there: what a crash leaves behind is removed by the next life, unless its order goes on.
#pragma once

#include <string>
#include <vector>

#include "common/base/result.hpp"
#include "common/base/task.hpp"

namespace acme {

/// One TXT record that a CA will look for.
struct DnsChallenge {
  std::string name;         // whose challenge it is, "example.org": for messages
  std::string record_name;  // "_acme-challenge.example.org"; a CNAME there is followed by DnsChallenges
  std::string value;
};

class DnsChallenges {
 public:
  virtual ~DnsChallenges() = default;

  /// All records of an order at once; done when each is there and was seen where the provider's settings say. One
  /// result a challenge, in their order: those that failed do not keep the others, and are
  /// removed soon. Errors: those of DnsProvider;
  /// server_error with problem_type "notVisible": set, but not seen in time (the message says which server
  /// still lacks it); configuration: no provider is for this name. Said again for the same records (a flow that
  /// resumes): set and looked for again.
  virtual Task<std::vector<Status>> present(std::string issuer, std::string certificate_id,
                                            std::vector<DnsChallenge> challenges) = 0;
  /// The order is done or gone: what it had is removed soon, tried again when a provider fails, and told once.
  virtual void retire(const std::string& certificate_id) = 0;
};

}  // namespace acme
