// listed_zones: the zones of an account, from the JSON pages in which an API lists them.
#pragma once

#include <string>
#include <vector>

#include "common/dns_provider/api_client.hpp"
#include "common/dns_provider/zone_api.hpp"

namespace acme {

/// Which members hold what.
struct ZoneShape {
  const char* list;                       // the member with the zones; "": the page is the list
  const char* name;                       // of a zone
  const char* id;                         // text or a whole number
  const char* min_ttl = "";               // "": the API tells none
  bool (*served)(const Json&) = nullptr;  // zones that the world does not see are left out; nullptr: it sees all
  const char* empty_kind = "";            // a page whose "kind" is this may lack the list; "": none may
};

/// ErrorKind::server_error: a page without a list, a zone without name or id.
Result<std::vector<ApiZone>> zones_in(const ApiClient& client, const std::vector<Json>& pages, ZoneShape shape);

/// ApiClient::pages() and zones_in().
Task<Result<std::vector<ApiZone>>> listed_zones(ApiClient& client, std::string target, ApiClient::NextPage next,
                                                ZoneShape shape);

/// For an API that lists all at once.
std::string no_next_page(const Json& page, int number, const HttpResponse& response);

/// The member `name` of `object`, text or a whole number; "" when it is neither.
std::string text_member(const Json& object, const char* name);

}  // namespace acme
