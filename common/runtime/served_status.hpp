// ServedStatus: what a serving process tells of the certificates: the status page, and for logs and headers how the
// certificate of one virtual host stands. Reads what the engine wrote to status/, whichever process that is.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "common/base/time.hpp"
#include "common/config/model.hpp"
#include "common/report/kept_answers.hpp"
#include "common/report/status_files.hpp"
#include "common/report/status_page.hpp"

namespace acme {

/// Of the certificates of one virtual host; with two keys the worse standing and the earlier date.
struct HostStanding {
  std::string word;     // standing_name(); "unknown": nothing can be read
  std::string expires;  // "2027-02-01T10:00:00Z"; empty: there is no certificate yet
};

/// May be used by several threads at once.
class ServedStatus {
 public:
  ServedStatus(std::string state_path, const Configuration& configuration);

  /// Never fails; without a managed certificate the page says that.
  SharedStatusResponse answer(const StatusRequest& request);
  /// For what the servers' own status pages show. ErrorKind::configuration: no certificate is managed.
  Result<Overview> overview();
  /// Read anew when the last look is a second old. `set`: index into Configuration::sets.
  HostStanding of_set(std::size_t set, UtcTime now);

 private:
  struct Standing {
    std::mutex lock;
    std::optional<UtcTime> looked;
    CertificateStanding standing = CertificateStanding::none;
    bool known = false;
    std::optional<UtcTime> not_after;
  };
  void look(std::size_t set, Standing& standing);

  const Configuration& configuration_;
  std::vector<std::unique_ptr<Standing>> sets_;
  FileStatus files_;
  SystemClock clock_;
  KeptAnswers answers_{clock_};
};

/// The page of a server in which nothing is managed at all.
SharedStatusResponse answer_without_certificates(const StatusRequest& request);

}  // namespace acme
