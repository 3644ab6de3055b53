// RecordPrograms: runs a program of the operator's once for each TXT record, a few at a time.
//
// What a program is told is in its argument vector and its environment; no shell reads either. What it writes is cut,
// cleaned and freed of the credentials before a line of it reaches an error.
#pragma once

#include <functional>
#include <vector>

#include "common/base/child_process.hpp"
#include "common/base/sync.hpp"
#include "common/dns_provider/credentials.hpp"
#include "common/dns_provider/dns_provider.hpp"

namespace acme {

/// PATH and LANG, what hooks get as well.
std::vector<std::string> plain_environment();
void add_credentials(std::vector<std::string>& environment, const std::vector<Credential>& credentials);
/// The setting `timeout`, "90s": how long one program may run.
Result<Seconds> program_limit(const DnsProviderConfig& config, Seconds usual);

class RecordPrograms {
 public:
  /// `credentials` is borrowed and outlives it.
  RecordPrograms(DnsProviderTools tools, std::size_t at_once, const std::vector<Credential>& credentials);

  struct Run {
    std::string what;  // "/etc/acme/dns present _acme-challenge.example.org"
    ChildCommand command;
  };
  /// What `run_of` says for each record. All of them, whichever fail; the first error. ErrorKind::problem: it ended
  /// with another status than 0; server_error: it hung and was ended; configuration, internal, cancelled: those of
  /// run_child().
  Task<Status> run_all(const std::vector<TxtRecord>& records, const std::function<Run(const TxtRecord&)>& run_of);

 private:
  Task<Status> run_all(std::vector<Run> runs);
  Task<void> run_one(Run run, Status& status);

  DnsProviderTools tools_;
  Semaphore turn_;
  const std::vector<Credential>& credentials_;
};

}  // namespace acme
