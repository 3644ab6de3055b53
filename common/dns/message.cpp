#include "common/dns/message.hpp"

#include <algorithm>
#include <set>

#include "common/base/text.hpp"
#include "common/crypto/digest.hpp"
#include "common/dns/ldns_handles.hpp"

namespace acme {

namespace {

constexpr std::size_t kHeaderSize = 12;
constexpr int kMostLinks = 16;  // CNAMEs in a row

std::string_view raw(const ldns_rdf* field) {
  if (field == nullptr) return {};
  return {reinterpret_cast<const char*>(ldns_rdf_data(field)), ldns_rdf_size(field)};
}

/// What stands behind its length in one byte: a string of a TXT record, the tag of a CAA record.
std::string_view counted(const ldns_rdf* field) {
  const auto bytes = raw(field);
  return bytes.empty() ? bytes : bytes.substr(1);
}

std::string address_text(const ldns_rdf* field) {
  const LdnsBuffer<char> text{field == nullptr ? nullptr : ldns_rdf2str(field)};
  return text ? text.get() : "";
}

DnsRecord to_record(const ldns_rr* rr) {
  DnsRecord record;
  record.owner = name_text(ldns_rr_owner(rr));
  record.type = static_cast<DnsType>(ldns_rr_get_type(rr));
  record.ttl = ldns_rr_ttl(rr);
  const ldns_rdf* first = ldns_rr_rd_count(rr) == 0 ? nullptr : ldns_rr_rdf(rr, 0);
  switch (record.type) {
    case DnsType::a:
    case DnsType::aaaa: record.data = address_text(first); break;
    case DnsType::ns:
    case DnsType::cname:
    case DnsType::soa: record.data = name_text(first); break;
    case DnsType::txt:
      for (std::size_t i = 0; i < ldns_rr_rd_count(rr); ++i) record.data += counted(ldns_rr_rdf(rr, i));
      break;
    case DnsType::caa:
      if (ldns_rr_rd_count(rr) < 2) break;  // an empty value is no field to ldns
      record.caa.critical = !raw(first).empty() && (static_cast<unsigned char>(raw(first)[0]) & 0x80U) != 0;
      record.caa.tag = to_lower(counted(ldns_rr_rdf(rr, 1)));
      if (ldns_rr_rd_count(rr) > 2) record.caa.value = raw(ldns_rr_rdf(rr, 2));
      break;
  }
  return record;
}

DnsOutcome outcome_of(ldns_pkt_rcode code) {
  switch (code) {
    case LDNS_RCODE_NOERROR: return DnsOutcome::found;
    case LDNS_RCODE_NXDOMAIN: return DnsOutcome::no_name;
    case LDNS_RCODE_REFUSED:
    case LDNS_RCODE_NOTAUTH: return DnsOutcome::refused;
    default: return DnsOutcome::failed;
  }
}

/// All records of class IN and one of these types. Without data, as ldns lets pass, they would be links to the root.
std::vector<DnsRecord> records_of(const ldns_rr_list* list, std::initializer_list<DnsType> types) {
  std::vector<DnsRecord> records;
  for (std::size_t i = 0; list != nullptr && i < ldns_rr_list_rr_count(list); ++i) {
    const ldns_rr* rr = ldns_rr_list_rr(list, i);
    const auto type = static_cast<DnsType>(ldns_rr_get_type(rr));
    if (ldns_rr_get_class(rr) != LDNS_RR_CLASS_IN || ldns_rr_rd_count(rr) == 0) continue;
    if (std::find(types.begin(), types.end(), type) != types.end()) records.push_back(to_record(rr));
  }
  return records;
}

/// The name that was asked for and those its CNAMEs lead to.
std::set<std::string> believed_names(const std::vector<DnsRecord>& records, const std::string& asked) {
  std::set<std::string> names{asked};
  bool grown = true;
  for (int links = 0; grown && links < kMostLinks; ++links) {
    grown = false;
    for (const auto& record : records) {
      if (record.type == DnsType::cname && names.contains(record.owner)) grown |= names.insert(record.data).second;
    }
  }
  return names;
}

bool same_text(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b) {
  const auto as_text = [](std::span<const std::uint8_t> bytes) {
    return std::string_view{reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  };
  return equals_no_case(as_text(a), as_text(b));
}

bool is_label(std::string_view label) {
  const auto good = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  };
  return !label.empty() && label.size() <= 63 && std::all_of(label.begin(), label.end(), good);
}

}  // namespace

std::string name_text(const ldns_rdf* name) {
  if (name == nullptr || ldns_rdf_get_type(name) != LDNS_RDF_TYPE_DNAME) return {};
  const LdnsBuffer<char> text{ldns_rdf2str(name)};
  std::string lower = text ? to_lower(text.get()) : std::string{};
  if (lower.ends_with('.')) lower.pop_back();
  return lower;
}

bool is_askable(std::string_view name) {
  const auto labels = split(name, '.');
  return name.size() <= 253 && std::all_of(labels.begin(), labels.end(), is_label);
}

Result<std::uint16_t> random_message_id() {
  auto bytes = random_secret(2);
  if (!bytes) return std::move(bytes).error();
  const auto high = static_cast<unsigned char>(bytes->data()[0]);
  const auto low = static_cast<unsigned char>(bytes->data()[1]);
  return static_cast<std::uint16_t>((high << 8U) | low);
}

Result<std::vector<std::uint8_t>> wire_of(const LdnsPacket& packet) {
  std::uint8_t* bytes = nullptr;
  std::size_t size = 0;
  const ldns_status status = ldns_pkt2wire(&bytes, packet.get(), &size);
  const LdnsBuffer<std::uint8_t> owned{bytes};
  if (status != LDNS_STATUS_OK || !owned) return Error{ErrorKind::internal, ldns_get_errorstr_by_id(status)};
  return std::vector<std::uint8_t>(bytes, bytes + size);
}

Result<std::vector<std::uint8_t>> make_query(const DnsQuestion& question, std::uint16_t id) {
  if (!is_askable(question.name))
    return Error{ErrorKind::configuration, cat('"', cleaned(question.name, 260), "\" is no name of the DNS")};
  LdnsName name{ldns_dname_new_frm_str(question.name.c_str())};
  const std::uint16_t flags = question.recursive ? LDNS_RD : 0;
  const auto type = static_cast<ldns_rr_type>(question.type);
  const LdnsPacket packet{name ? ldns_pkt_query_new(name.get(), type, LDNS_RR_CLASS_IN, flags) : nullptr};
  if (!packet) return Error{ErrorKind::internal, "no DNS question could be made for " + question.name};
  static_cast<void>(name.release());  // the packet's now
  ldns_pkt_set_id(packet.get(), id);
  ldns_pkt_set_cd(packet.get(), question.checking_disabled);
  return wire_of(packet);
}

bool is_answer_to(std::span<const std::uint8_t> query, std::span<const std::uint8_t> message) {
  if (message.size() < kHeaderSize || query.size() < kHeaderSize) return false;
  const bool same_id = message[0] == query[0] && message[1] == query[1];
  const bool is_answer = (message[2] & 0x80U) != 0 && (message[2] & 0x78U) == (query[2] & 0x78U);
  if (!same_id || !is_answer) return false;
  const unsigned questions = static_cast<unsigned>(message[4] << 8U) | message[5];
  const bool is_error = (message[3] & 0x0FU) != 0;
  if (questions == 0 && is_error) return true;
  const auto asked = query.subspan(kHeaderSize);
  const auto rest = message.subspan(kHeaderSize);
  return questions == 1 && rest.size() >= asked.size() && same_text(rest.first(asked.size()), asked);
}

bool is_truncated(std::span<const std::uint8_t> message) { return message.size() > 2 && (message[2] & 0x02U) != 0; }

Result<DnsAnswer> parse_answer(std::span<const std::uint8_t> message, const DnsQuestion& question) {
  // Without the additional section: of two TSIG or OPT records in it ldns loses the first one's memory.
  std::vector<std::uint8_t> sections(message.begin(), message.end());
  if (sections.size() >= kHeaderSize) sections[10] = sections[11] = 0;
  ldns_pkt* parsed = nullptr;
  const ldns_status status = ldns_wire2pkt(&parsed, sections.data(), sections.size());
  const LdnsPacket packet{parsed};
  if (status != LDNS_STATUS_OK || !packet)
    return Error{ErrorKind::server_error, cat("no DNS message: ", ldns_get_errorstr_by_id(status))};
  DnsAnswer answer;
  answer.outcome = outcome_of(ldns_pkt_get_rcode(packet.get()));
  answer.authoritative = ldns_pkt_aa(packet.get());
  answer.records = records_of(ldns_pkt_answer(packet.get()), {question.type, DnsType::cname});
  answer.authority = records_of(ldns_pkt_authority(packet.get()), {DnsType::soa, DnsType::ns});
  const auto names = believed_names(answer.records, to_lower(question.name));
  std::erase_if(answer.records, [&](const DnsRecord& record) { return !names.contains(record.owner); });
  return answer;
}

}  // namespace acme
