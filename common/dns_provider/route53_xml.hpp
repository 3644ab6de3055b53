// The XML of Route 53: what is read of its answers, and the one document that it is sent. Pure.
#pragma once

#include <string>
#include <vector>

#include "common/dns_provider/zone_api.hpp"
#include "common/transport/http_client.hpp"

namespace acme {

struct Route53Zones {
  std::vector<ApiZone> zones;  // without private ones
  std::string next_marker;     // "": no more
};
/// Errors of both: server_error.
Result<Route53Zones> read_route53_zones(const std::string& xml);

struct Route53Sets {
  std::vector<TxtSet> sets;  // the TXT sets among what was listed
  std::string next_name, next_type, next_identifier;
};
/// ErrorKind::problem: a TXT set that a routing policy has several versions of cannot be edited.
Result<Route53Sets> read_route53_sets(const std::string& xml);

/// A ChangeResourceRecordSetsRequest for `changes` [first, first + count).
std::string route53_change_batch(const std::vector<SetChange>& changes, std::size_t first, std::size_t count);

/// What the API says of an error: "AccessDenied: User: ... is not authorized", "" for nothing.
std::string route53_error_text(const HttpResponse& response);
/// "Throttling", "PriorRequestNotComplete" come with status 400.
bool is_route53_throttled(const HttpResponse& response);
/// A set is not as it was read, or there already.
bool is_route53_conflict(const HttpResponse& response);

}  // namespace acme
