// DnsProvider: who can put TXT records into a zone. One object per `dns_provider` of the configuration, for the whole
// life of the engine; several certificates use it at the same time.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/base/descriptors.hpp"
#include "common/base/log.hpp"
#include "common/base/result.hpp"
#include "common/base/task.hpp"
#include "common/config/model.hpp"
#include "common/dns/dns_lookup.hpp"
#include "common/transport/http_client.hpp"

namespace acme {

struct TxtRecord {
  std::string name;   // "_acme-challenge.example.org": lower case, no last dot, CNAMEs already followed
  std::string value;  // at most 255 bytes of printable ASCII

  friend bool operator==(const TxtRecord&, const TxtRecord&) = default;
  friend auto operator<=>(const TxtRecord&, const TxtRecord&) = default;
};

class DnsProvider {
 public:
  virtual ~DnsProvider() = default;

  /// Adds the records beside what is there: other TXT values of the same name stay (two orders may need one name at
  /// once). A record that is there already is fine. As few requests as the provider's API allows, grouped by zone; a
  /// read-modify-write of a set is serialized here. Done means accepted by the provider, not yet visible.
  /// Errors: transport, server_error (no answer, 5xx, 429 with retry_after, something that is no answer of this API:
  /// HTML), problem (refused: wrong credentials, no such zone; the message says what the provider said, cleaned and
  /// cut), configuration, cancelled. Some records may be there after an error: clean_up() takes them all.
  virtual Task<Status> present(std::vector<TxtRecord> records) = 0;
  /// Removes exactly these values and nothing else; one that is not there is fine. Errors as above.
  virtual Task<Status> clean_up(std::vector<TxtRecord> records) = 0;
  /// True: it is given the names that a CA asks for, whatever CNAME is there, and leads to its records by one itself.
  virtual bool takes_names_before_cname() const { return false; }
};

/// What providers work with; all borrowed, all outlive them.
struct DnsProviderTools {
  Scheduler* scheduler = nullptr;
  Descriptors* descriptors = nullptr;
  HttpClient* http = nullptr;
  DnsLookup* lookup = nullptr;
  Logger* log = nullptr;
  std::vector<std::string> resolvers;  // of the issuer, for DnsQuestion::servers
  std::string home;                    // of programs that save files: a folder in the state directory, 0700; or empty
  /// A small record that this provider keeps between its lives (acme-dns: its registrations), sealed in the state
  /// directory; by a name of [a-z0-9.-]. nullopt: there is none. May be empty in tests of those that keep nothing.
  std::function<Result<std::optional<Secret>>(const std::string&)> load_record;
  std::function<Status(const std::string&, const Secret&)> save_record;
};

/// ErrorKind::configuration: no such provider, or settings that only the provider itself could judge. `config` is
/// borrowed.
Result<std::unique_ptr<DnsProvider>> make_dns_provider(const DnsProviderConfig& config, const DnsProviderTools& tools);

}  // namespace acme
