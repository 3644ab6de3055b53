#include "common/dns_provider/route53_xml.hpp"

#include "common/base/text.hpp"
#include "common/dns_provider/api_zones.hpp"
#include "common/dns_provider/small_xml.hpp"

namespace acme {

namespace {

constexpr std::string_view kIdPrefix = "/hostedzone/";

Error unreadable(const char* what) { return {ErrorKind::server_error, cat("Route 53: the ", what, " cannot be read")}; }

/// The root element, which must have this name.
Result<XmlElement> read(const std::string& xml, std::string_view root, const char* what) {
  auto document = parse_xml(xml);
  if (!document || document->name != root) return unreadable(what);
  return document;
}

std::string code_of(const HttpResponse& response) {
  const auto xml = parse_xml(response.body);
  if (!xml) return {};
  return xml->name == "ErrorResponse" ? xml->text_at({"Error", "Code"}) : xml->name;
}

/// A TXT set, or nothing for one of another type.
Result<std::optional<TxtSet>> read_set(const XmlElement& element) {
  if (element.text_at({"Type"}) != "TXT") return std::optional<TxtSet>{};
  const auto name = zone_name(element.text_at({"Name"}));
  const auto ttl = parse_number(element.text_at({"TTL"}));
  const XmlElement* records = element.at({"ResourceRecords"});
  if (element.at({"SetIdentifier"}) != nullptr) {
    return Error{ErrorKind::problem,
                 cat("Route 53: the TXT records of ", cleaned(name.value_or("")), " have a routing policy"),
                 "a challenge needs a name with simple routing"};
  }
  if (!name || !ttl || *ttl > 0x7fffffff || records == nullptr) return unreadable("list of records");
  TxtSet set;
  set.name = *name;
  set.ttl = static_cast<std::uint32_t>(*ttl);
  for (const auto& record : records->children) set.values.push_back({record.text_at({"Value"}), {}});
  return std::optional<TxtSet>{std::move(set)};
}

std::string change(const char* action, const TxtSet& set) {
  std::string records;
  for (const auto& value : set.values) {
    records += cat("<ResourceRecord><Value>", xml_escaped(value.written), "</Value></ResourceRecord>");
  }
  return cat("<Change><Action>", action, "</Action><ResourceRecordSet><Name>", xml_escaped(set.name),
             ".</Name><Type>TXT</Type><TTL>", set.ttl, "</TTL><ResourceRecords>", records,
             "</ResourceRecords></ResourceRecordSet></Change>");
}

}  // namespace

Result<Route53Zones> read_route53_zones(const std::string& xml) {
  const auto root = read(xml, "ListHostedZonesResponse", "list of zones");
  if (!root) return root.error();
  const XmlElement* list = root->at({"HostedZones"});
  if (list == nullptr) return unreadable("list of zones");
  Route53Zones found;
  for (const auto& element : list->children) {
    if (element.text_at({"Config", "PrivateZone"}) == "true") continue;
    const auto name = zone_name(element.text_at({"Name"}));
    std::string id = element.text_at({"Id"});
    if (id.starts_with(kIdPrefix)) id.erase(0, kIdPrefix.size());
    if (!name || id.empty()) return unreadable("list of zones");
    found.zones.push_back({*name, std::move(id)});
  }
  if (root->text_at({"IsTruncated"}) == "true") found.next_marker = root->text_at({"NextMarker"});
  return found;
}

Result<Route53Sets> read_route53_sets(const std::string& xml) {
  const auto root = read(xml, "ListResourceRecordSetsResponse", "list of records");
  if (!root) return root.error();
  const XmlElement* list = root->at({"ResourceRecordSets"});
  if (list == nullptr) return unreadable("list of records");
  Route53Sets found;
  for (const auto& element : list->children) {
    auto set = read_set(element);
    if (!set) return std::move(set).error();
    if (set->has_value()) found.sets.push_back(**std::move(set));
  }
  if (root->text_at({"IsTruncated"}) != "true") return found;
  found.next_name = root->text_at({"NextRecordName"});
  found.next_type = root->text_at({"NextRecordType"});
  found.next_identifier = root->text_at({"NextRecordIdentifier"});
  return found;
}

std::string route53_change_batch(const std::vector<SetChange>& changes, std::size_t first, std::size_t count) {
  std::string all;
  for (std::size_t i = first; i < changes.size() && i < first + count; ++i) {
    if (!changes[i].before.values.empty()) all += change("DELETE", changes[i].before);
    if (!changes[i].after.values.empty()) all += change("CREATE", changes[i].after);
  }
  return cat(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ChangeResourceRecordSetsRequest "
      "xmlns=\"https://route53.amazonaws.com/doc/2013-04-01/\"><ChangeBatch><Changes>",
      all, "</Changes></ChangeBatch></ChangeResourceRecordSetsRequest>");
}

std::string route53_error_text(const HttpResponse& response) {
  const auto xml = parse_xml(response.body);
  if (!xml) return {};
  std::string message = xml->text_at({"Error", "Message"});
  if (message.empty()) message = xml->text_at({"Messages", "Message"});
  if (message.empty()) message = xml->text_at({"Message"});
  return cat(code_of(response), message.empty() ? "" : ": ", message);
}

bool is_route53_throttled(const HttpResponse& response) {
  if (response.status != 400) return false;
  const std::string code = code_of(response);
  return code == "Throttling" || code == "ThrottlingException" || code == "PriorRequestNotComplete";
}

bool is_route53_conflict(const HttpResponse& response) {
  return response.status == 400 && code_of(response) == "InvalidChangeBatch";
}

}  // namespace acme
