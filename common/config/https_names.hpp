// Which names plain HTTP may be redirected for: those that are in a managed certificate and that a virtual host with
// TLS answers to.
#pragma once

#include <span>
#include <vector>

#include "common/config/model.hpp"

namespace acme {

/// The names of one virtual host: `own` as it is called, `certified` as its certificate is for. A host that is called
/// nothing (a catch-all, a regular expression) answers to all of the certificate's.
std::vector<std::string> names_with_tls(std::span<const Identifier> own, std::span<const Identifier> certified);

/// 443, else the only other one, else the lowest; 0: none.
std::uint16_t port_for_clients(std::span<const std::uint16_t> tls_ports);

/// Sorted; of two hosts with one name the first counts, as in the servers.
void sort_https_names(std::vector<HttpsName>& names);

}  // namespace acme
