// AcmeDnsRegistrations: what an acme-dns server gave us for each name, kept sealed in the state directory.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "common/dns_provider/dns_provider.hpp"
#include "common/json/json.hpp"

namespace acme {

/// One subdomain of the server, which holds two TXT values.
struct AcmeDnsRegistration {
  std::string name;  // "_acme-challenge.example.org": whose CNAME points to it
  std::string subdomain;
  std::string full_domain;  // "d420c923-....auth.example.org"
  std::string username;
  Secret password;
};

/// The answer to /register, or one of the record's. nullopt: a member is missing or of another form.
std::optional<AcmeDnsRegistration> parse_acme_dns_registration(const Json& json);

class AcmeDnsRegistrations {
 public:
  /// `server`: the URL that they are of.
  AcmeDnsRegistrations(const std::string& server, DnsProviderTools tools);

  /// nullptr: none for this name yet. Errors: those of `load_record`, malformed.
  Result<const AcmeDnsRegistration*> find(const std::string& name);
  /// Kept before it returns. Errors: as find(), those of `save_record`.
  Result<const AcmeDnsRegistration*> add(AcmeDnsRegistration registration);
  /// "engine/sealed/acme-dns.0123...": what an operator removes to begin anew.
  const std::string& record_name() const noexcept { return record_name_; }

 private:
  Status load();
  Secret text() const;

  const DnsProviderTools tools_;
  std::string record_name_;
  bool loaded_ = false;
  std::deque<AcmeDnsRegistration> all_;
};

}  // namespace acme
