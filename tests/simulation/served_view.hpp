// ServedView: watches what visitors are presented. Each certificate matches its key, hangs together, is one that a CA
// issued to us (or the placeholder), and nothing good is ever replaced by something worse.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "common/base/time.hpp"
#include "tests/simulation/history.hpp"
#include "tests/simulation/server_process.hpp"

namespace acme_test {

/// A certificate as a visitor sees it.
struct SeenCertificate {
  std::string fingerprint;
  std::vector<acme::Identifier> names;
  acme::UtcTime not_before;
  acme::UtcTime not_after;
  bool placeholder = false;
};

class ServedView {
 public:
  /// Was it issued by one of the CAs, and was it revoked since?
  struct Issued {
    bool known = false;
    bool revoked = false;
  };
  using Look = std::function<Issued(const std::string& fingerprint)>;

  /// All borrowed; `clock` is the time that is true.
  ServedView(const acme::Clock& clock, History& history, Look issued)
      : clock_{clock}, history_{history}, issued_{std::move(issued)} {}

  /// What a host of these names presents: all invariants of one moment, and those towards the moment before.
  void see(const std::vector<acme::Identifier>& names, const std::vector<Presented>& presented);
  /// What hosts of these names presented last, by type of key.
  std::vector<SeenCertificate> last(const std::vector<acme::Identifier>& names) const;

  /// Valid now, not revoked, for all these names.
  bool is_good(const SeenCertificate& certificate, const std::vector<acme::Identifier>& names) const;

 private:
  SeenCertificate take(const Presented& presented);
  void compare(const std::string& host, const std::vector<acme::Identifier>& names, const SeenCertificate& before,
               const SeenCertificate& now);
  const acme::Clock& clock_;
  History& history_;
  Look issued_;
  std::map<std::string, SeenCertificate> known_;                                   // by signature
  std::map<std::pair<std::vector<acme::Identifier>, int>, SeenCertificate> last_;  // by names and type of key
};

}  // namespace acme_test
