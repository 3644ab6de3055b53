// TestCa: a certification authority in memory, for unit tests: a root, an intermediate, and leaves
// that are right or wrong in one chosen way. P-256 throughout.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/base/identifier.hpp"
#include "common/base/time.hpp"
#include "common/crypto/digest.hpp"
#include "common/crypto/key.hpp"

namespace acme_test {

struct IssueOptions {
  acme::UtcTime not_before;
  acme::Seconds lifetime = std::chrono::days{90};
  bool wrong_key = false;         // the leaf holds another key
  bool leave_out_a_name = false;  // the last one
  bool upper_case = false;        // DNS names as a careless CA writes them
  bool reversed = false;          // root first
  bool broken = false;            // the leaf is signed by a key that is not the intermediate's
  bool with_root = false;         // the chain ends with the root
  bool must_staple = false;       // the TLS feature status_request (of a CSR, unless `ignore_must_staple`)
  bool ignore_must_staple = false;
  bool without_key_id = false;  // no authorityKeyIdentifier
};

class TestCa {
 public:
  TestCa();
  ~TestCa();
  TestCa(const TestCa&) = delete;
  TestCa& operator=(const TestCa&) = delete;

  /// The chain as PEM, leaf and intermediate.
  std::string issue(const acme::PrivateKey& key, const std::vector<acme::Identifier>& names,
                    const IssueOptions& options);
  /// The same for the key and the names of a certificate signing request; "" when it cannot be read
  /// or its signature is wrong.
  std::string issue_for_csr(const acme::Bytes& csr, const IssueOptions& options);

  /// "ACME Test Root", "ACME Test Intermediate".
  static const char* root_name();
  static const char* intermediate_name();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace acme_test
