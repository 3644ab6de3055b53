// DnsProviders: every `dns_provider` of the configuration, made for one life of the engine, and which of them is for a
// record.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "common/dns_provider/dns_provider.hpp"
#include "common/store/dns_journal.hpp"

namespace acme {

struct ConfiguredProvider {
  const IssuerConfig* issuer = nullptr;
  const DnsProviderConfig* config = nullptr;
  std::unique_ptr<DnsProvider> provider;  // nullptr: it could not be made, for this reason:
  Error error;
};

class DnsProviders {
 public:
  using Make = std::function<Result<std::unique_ptr<DnsProvider>>(const IssuerConfig&, const DnsProviderConfig&)>;

  /// `issuers` is borrowed. What cannot be made is told once; everything else goes on.
  DnsProviders(const std::map<std::string, IssuerConfig>& issuers, const Make& make, Logger& log);

  const IssuerConfig* issuer(const std::string& name) const;
  /// Of this issuer's, the one with the longest zone that holds the name behind the CNAMEs, else the one with the
  /// longest that holds the name which the CA asks for, else the one without zones. nullptr: none.
  ConfiguredProvider* choose(const std::string& issuer, const std::string& asked, const std::string& target);
  /// The one that set this record in an earlier life, as far as the configuration still tells: same name, same issuer
  /// first. nullptr: there is no such provider any more.
  ConfiguredProvider* find(const JournaledRecord& record);

 private:
  const std::map<std::string, IssuerConfig>& issuers_;
  std::deque<ConfiguredProvider> providers_;
};

}  // namespace acme
