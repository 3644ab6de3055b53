// What a simulated CA keeps in its database.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/base/identifier.hpp"
#include "common/base/time.hpp"

namespace acme_test {

struct CaAccount {
  std::string url;
  std::string key;  // canonical JWK
  std::vector<std::string> contact;
  bool forgotten = false;
  bool deactivated = false;
};

struct CaAuthorization {
  std::string url;
  std::string account;
  acme::Identifier name;  // as ordered, "*." included
  std::string status = "pending";
  std::string token;
  std::optional<acme::SteadyTime> told;  // when the client said that its challenge is ready
  std::string told_type;                 // and which
  std::string problem_type;              // of an invalid one
  acme::UtcTime decided;
};

struct CaOrder {
  std::string url;
  std::string account;
  std::vector<acme::Identifier> names;
  std::vector<std::size_t> authorizations;
  std::string status = "pending";
  std::vector<std::uint8_t> csr;
  std::optional<acme::SteadyTime> finalized;
  std::optional<acme::UtcTime> not_after;  // as ordered, and granted
  std::string chain;                       // PEM, once issued
  std::string replaces;
  bool revoked = false;
  int revocation_reason = 0;
  bool forgotten = false;
};

struct CaRecords {
  std::vector<CaAccount> accounts;
  std::vector<CaAuthorization> authorizations;
  std::vector<CaOrder> orders;
  std::vector<acme::UtcTime> failed_validations;
};

}  // namespace acme_test
