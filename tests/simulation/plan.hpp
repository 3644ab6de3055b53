// Plan: what a seed decides before anything happens: the configuration, the manners of the CAs, and what goes wrong
// when.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/base/time.hpp"
#include "common/config/model.hpp"
#include "tests/simulation/chance.hpp"

namespace acme_test {

enum class IncidentType : std::uint8_t {
  death_at_await,     // the engine dies at the n-th resumption of a coroutine
  death_at_call,      // at the n-th call into the disk
  death_at_exchange,  // at the n-th exchange with a CA
  power_cut,          // the whole machine, at the n-th call into the disk
  restart,            // of the server, orderly
  reload,             // an operator's
  change,             // of the configuration, and a reload
  clock_jump,
  clock_right_again,
  ca_trouble,  // begins, and
  ca_calm,     // ends
  ca_forgets_account,
  ca_forgets_orders,
  ca_revokes,
  ca_moves_windows,
  wrong_certificates,
  right_certificates,
  dns_trouble,
  dns_calm,
  disk_trouble,
  disk_full,
  disk_read_only,
  disk_calm
};
const char* incident_name(IncidentType type);

struct Incident {
  acme::Seconds at;  // since the beginning
  IncidentType type;
  std::size_t n = 0;          // which await, call or exchange; else a number to choose by
  bool at_next_order = true;  // counted from the next newOrder on
};

struct CaManners {
  std::string issuer;
  bool order_list = true;
  bool reuses_orders = false;
  bool reuses_authorizations = false;
  bool finalizes_at_once = false;
  bool renewal_information = true;
  bool binding = false;  // external account required
  bool profile = false;
  double bad_nonces = 0;
  acme::Duration validation_takes{0};
  acme::Duration issuance_takes{0};
  std::string retry_after;
};

struct PlannedHost {
  std::vector<std::string> names;
  std::string issuer;
  std::vector<acme::KeyType> key_types;
  std::vector<std::string> challenges;
};

struct Plan {
  std::uint64_t seed = 0;
  acme::Seconds lifetime{0};    // of all certificates
  acme::Seconds faults_end{0};  // after that all is well
  std::vector<CaManners> cas;   // the first has the others as fallback, perhaps
  bool fallback = false;
  std::vector<PlannedHost> hosts;
  std::vector<Incident> incidents;  // by time

  bool has(IncidentType type) const;
  std::string described() const;
};

Plan make_plan(std::uint64_t seed);
/// The next configuration of an operator who adds, removes and moves; `n` chooses.
void change_hosts(Plan& plan, std::size_t n);
acme::Draft draft_of(const Plan& plan);

/// Of every CA that requires a binding.
inline constexpr const char* kBindingKid = "kid-1";
inline constexpr const char* kBindingKey = "planted-binding-key-0123456789abcdef";

}  // namespace acme_test
