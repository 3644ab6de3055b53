#include "common/dns/update_message.hpp"

#include "common/base/text.hpp"
#include "common/dns/ldns_handles.hpp"
#include "common/dns/message.hpp"

namespace acme {

namespace {

constexpr std::size_t kMostMessage = 65000;
constexpr std::size_t kBesides = 1024;      // header, zone, signature
constexpr std::size_t kRecordBesides = 16;  // type, class, TTL, lengths
constexpr std::size_t kMostString = 255;
constexpr unsigned kUpdateOpcode = 5U << 3U;

Error unfit(const TxtEntry& entry) {
  return {ErrorKind::configuration, cat("no TXT record can be made for \"", cleaned(entry.name, 260), '"')};
}

Result<LdnsRecord> make_record(const TxtEntry& entry, UpdateKind kind, std::uint32_t ttl) {
  if (!is_askable(entry.name) || entry.value.size() > kMostString) return unfit(entry);
  LdnsRecord record{ldns_rr_new()};
  LdnsName owner{ldns_dname_new_frm_str(entry.name.c_str())};
  std::string counted(1, static_cast<char>(entry.value.size()));
  counted += entry.value;
  LdnsName text{ldns_rdf_new_frm_data(LDNS_RDF_TYPE_STR, counted.size(), counted.data())};
  if (!record || !owner || !text) return unfit(entry);
  ldns_rr_set_owner(record.get(), owner.release());
  ldns_rr_set_type(record.get(), LDNS_RR_TYPE_TXT);
  // RFC 2136 §2.5: class NONE and no TTL delete this very record.
  const bool adds = kind == UpdateKind::add;
  ldns_rr_set_class(record.get(), adds ? LDNS_RR_CLASS_IN : LDNS_RR_CLASS_NONE);
  ldns_rr_set_ttl(record.get(), adds ? ttl : 0);
  if (!ldns_rr_push_rdf(record.get(), text.get())) return unfit(entry);
  static_cast<void>(text.release());  // the record's now
  return record;
}

}  // namespace

Result<std::vector<std::uint8_t>> make_update(const std::string& zone, UpdateKind kind,
                                              std::span<const TxtEntry> entries, std::uint32_t ttl, std::uint16_t id) {
  const LdnsRecords records{ldns_rr_list_new()};
  for (const auto& entry : entries) {
    auto record = make_record(entry, kind, ttl);
    if (!record) return std::move(record).error();
    if (!records || !ldns_rr_list_push_rr(records.get(), record->get())) return unfit(entry);
    static_cast<void>(record->release());  // the list's now
  }
  LdnsName name{is_askable(zone) ? ldns_dname_new_frm_str(zone.c_str()) : nullptr};
  if (!name) return Error{ErrorKind::configuration, cat('"', cleaned(zone, 260), "\" is no name of a zone")};
  const LdnsPacket packet{
      ldns_update_pkt_new(name.release(), LDNS_RR_CLASS_IN, nullptr, records.get(), nullptr)};  // copies the records
  if (!packet) return Error{ErrorKind::internal, "no DNS update could be made for " + zone};
  ldns_pkt_set_id(packet.get(), id);
  ldns_pkt_set_rd(packet.get(), false);
  return wire_of(packet);
}

std::size_t fitting_entries(std::span<const TxtEntry> entries) {
  std::size_t size = kBesides;
  std::size_t count = 0;
  for (const auto& entry : entries) {
    size += kRecordBesides + entry.name.size() + entry.value.size();
    if (size > kMostMessage) break;
    ++count;
  }
  return count;
}

bool is_update_answer(std::span<const std::uint8_t> update, std::span<const std::uint8_t> message) {
  return message.size() >= 12 && update.size() >= 12 && message[0] == update[0] && message[1] == update[1] &&
         (message[2] & 0xF8U) == (0x80U | kUpdateOpcode);
}

int response_code(std::span<const std::uint8_t> message) { return message.size() < 4 ? -1 : message[3] & 0x0F; }

}  // namespace acme
