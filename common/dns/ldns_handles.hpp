// Owned objects of ldns.
#pragma once

#include <ldns/ldns.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "common/base/handle.hpp"
#include "common/base/result.hpp"

namespace acme {

using LdnsPacket = Handle<ldns_pkt, ldns_pkt_free>;
using LdnsName = Handle<ldns_rdf, ldns_rdf_deep_free>;
using LdnsRecord = Handle<ldns_rr, ldns_rr_free>;
using LdnsRecords = Handle<ldns_rr_list, ldns_rr_list_deep_free>;
/// Text and bytes that ldns allocated.
template <class T>
using LdnsBuffer = Handle<T, ::free>;

/// Lower case, without the last dot; "" for the root and for what is no name.
std::string name_text(const ldns_rdf* name);

/// As it goes to a name server.
Result<std::vector<std::uint8_t>> wire_of(const LdnsPacket& packet);

}  // namespace acme
