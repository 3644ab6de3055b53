// How the names of a certificate are proved: the list that was written, or what the server can answer to; and whether
// each name can be proved that way at all.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.hpp"
#include "common/config/model.hpp"

namespace acme {

/// Where the server listens, see Draft.
struct ListeningPorts {
  bool port_80 = true;
  bool port_443 = false;  // with TLS
};

/// The list of a directive, else of its issuer; empty: none was written.
const std::vector<std::string>& written_challenges(const CertificateDirective& directive, const IssuerConfig& issuer);

/// Can this name be proved by one of what was written, or by what an issuer without a list has? A record can be set for
/// a name when a dns_provider has its zone; where types were written any provider will do: the name may be an alias
/// (CNAME) into its zone.
bool is_provable(const Identifier& name, const std::vector<std::string>& written, const IssuerConfig& issuer);

/// What was written, else: http-01 and tls-alpn-01 where something listens for them, dns-01 last with a dns_provider
/// for one of the names; http-01 in any case where a name would have nothing.
std::vector<std::string> challenges_for(const std::vector<Identifier>& names, const std::vector<std::string>& written,
                                        const IssuerConfig& issuer, const ListeningPorts& ports);

/// "http-01 cannot prove the wildcard *.example.com": of a name that is not provable. The hint says how it would be.
Error not_provable(const Identifier& name, const std::vector<std::string>& written, const IssuerConfig& issuer);

/// A list that sets DNS records needs somebody who does. ErrorKind::configuration, `where` in front.
Status check_written(const std::vector<std::string>& written, const IssuerConfig& issuer, const std::string& where);

/// What of a certificate will fail unless somebody forwards a port, or an alias is in the DNS; one line each.
std::vector<std::string> doubts_about_challenges(const CertificateConfig& certificate, const IssuerConfig& issuer,
                                                 const ListeningPorts& ports);

}  // namespace acme
