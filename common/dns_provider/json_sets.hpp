// TXT sets as APIs write them in JSON: an object with a TTL and a list of values.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/dns_provider/zone_api.hpp"
#include "common/json/json.hpp"
#include "common/transport/http_client.hpp"

namespace acme {

/// Which members hold what.
struct SetShape {
  const char* ttl;
  const char* values;      // the list
  const char* value = "";  // of an item of the list; "": the item itself
};

/// nullopt: no list, or a value that is no text. `name` as the API has it, absolute.
std::optional<TxtSet> set_in_json(const Json& object, std::string_view name, SetShape shape);

/// ["\"a\"", "\"b\""]
JsonBuilder written_values(const std::vector<TxtValue>& values);

/// [{"value": "\"a\""}], by another name than "value".
JsonBuilder wrapped_values(const std::vector<TxtValue>& values, const char* member);

/// The query of the link "next" of an answer (RFC 8288), with its question mark; "" when there is no next page. The
/// rest of such a link may point anywhere.
std::string next_link_query(const HttpResponse& response);

}  // namespace acme
