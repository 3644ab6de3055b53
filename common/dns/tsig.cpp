#include "common/dns/tsig.hpp"

#include <algorithm>

#include "common/base/text.hpp"
#include "common/dns/ldns_handles.hpp"
#include "common/dns/packet.hpp"

namespace acme {

namespace {

constexpr std::uint64_t kFudge = 300;

const char* algorithm_name(MacAlgorithm algorithm) {
  switch (algorithm) {
    case MacAlgorithm::hs384: return "hmac-sha384";
    case MacAlgorithm::hs512: return "hmac-sha512";
    case MacAlgorithm::hs256: break;
  }
  return "hmac-sha256";
}

void append(Bytes& out, std::uint64_t number, int bytes) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) out.push_back(static_cast<std::uint8_t>(number >> shift));
}

void append(Bytes& out, std::span<const std::uint8_t> more) { out.insert(out.end(), more.begin(), more.end()); }

/// The canonical wire form of a name.
void append_name(Bytes& out, const std::string& name) {
  for (const auto label : split(name, '.')) {
    out.push_back(static_cast<std::uint8_t>(label.size()));
    out.insert(out.end(), label.begin(), label.end());
  }
  out.push_back(0);
}

std::uint16_t number16(std::span<const std::uint8_t> bytes, std::size_t at) {
  return at + 2 > bytes.size() ? std::uint16_t{0} : static_cast<std::uint16_t>((bytes[at] << 8U) | bytes[at + 1]);
}

std::span<const std::uint8_t> raw(const ldns_rdf* field) { return {ldns_rdf_data(field), ldns_rdf_size(field)}; }

/// What stands behind its length in two bytes.
std::span<const std::uint8_t> counted(const ldns_rdf* field) {
  const auto bytes = raw(field);
  return bytes.size() < 2 ? bytes.first(0) : bytes.subspan(2);
}

/// What a signature says beside the MAC (RFC 8945 §4.3.3).
struct Variables {
  std::uint64_t time = 0;
  std::uint64_t fudge = kFudge;
  std::uint16_t error = 0;
  Bytes other;
};

Result<Bytes> mac_of(const TsigKey& key, std::span<const std::uint8_t> request_mac,
                     std::span<const std::uint8_t> message, const Variables& variables) {
  Bytes digested;
  if (!request_mac.empty()) {
    append(digested, request_mac.size(), 2);
    append(digested, request_mac);
  }
  append(digested, message);
  append_name(digested, key.name);
  append(digested, LDNS_RR_CLASS_ANY, 2);
  append(digested, 0, 4);
  append_name(digested, algorithm_name(key.algorithm));
  append(digested, variables.time, 6);
  append(digested, variables.fudge, 2);
  append(digested, variables.error, 2);
  append(digested, variables.other.size(), 2);
  append(digested, variables.other);
  return hmac(key.algorithm, key.secret.view(),
              std::string_view{reinterpret_cast<const char*>(digested.data()), digested.size()});
}

/// The last record when it is a signature, else nothing. RFC 8945 §5.1: it is the last one, and the only one.
Result<LdnsRecord> signature_of(std::span<const std::uint8_t> answer) {
  const auto records = records_in(answer);
  const auto is_signature = [](const WireRecord& one) { return one.type == LDNS_RR_TYPE_TSIG; };
  const auto signatures = std::count_if(records.all.begin(), records.all.end(), is_signature);
  if (answer.size() < 12 || !records.whole || records.end != answer.size() || signatures > 1)
    return Error{ErrorKind::server_error, "no DNS message, or one with two signatures"};
  if (signatures == 0 || !is_signature(records.all.back())) return LdnsRecord{};
  ldns_rr* parsed = nullptr;
  std::size_t at = records.all.back().begin;
  const ldns_status status = ldns_wire2rr(&parsed, answer.data(), answer.size(), &at, LDNS_SECTION_ADDITIONAL);
  if (status == LDNS_STATUS_OK) return LdnsRecord{parsed};
  return Error{ErrorKind::server_error, cat("no DNS message: ", ldns_get_errorstr_by_id(status))};
}

/// The answer as it was before it was signed.
std::optional<Bytes> without_signature(std::span<const std::uint8_t> answer, std::uint16_t original_id) {
  const auto records = records_in(answer);
  const unsigned additional = number16(answer, 10);
  if (records.all.empty() || !records.whole || records.end != answer.size() || additional == 0) return std::nullopt;
  Bytes bytes{answer.begin(), answer.begin() + static_cast<std::ptrdiff_t>(records.all.back().begin)};
  bytes[0] = static_cast<std::uint8_t>(original_id >> 8U);
  bytes[1] = static_cast<std::uint8_t>(original_id);
  bytes[10] = static_cast<std::uint8_t>((additional - 1) >> 8U);
  bytes[11] = static_cast<std::uint8_t>(additional - 1);
  return bytes;
}

std::uint64_t number48(std::span<const std::uint8_t> bytes) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < 6 && i < bytes.size(); ++i) number = (number << 8U) | bytes[i];
  return number;
}

bool same_bytes(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b) {
  if (a.size() != b.size()) return false;
  unsigned difference = 0;  // in constant time, as for every MAC
  for (std::size_t i = 0; i < a.size(); ++i) difference |= static_cast<unsigned>(a[i] ^ b[i]);
  return difference == 0;
}

}  // namespace

Result<SignedMessage> tsig_sign(std::vector<std::uint8_t> message, const TsigKey& key, UtcTime now) {
  Variables variables;
  variables.time = static_cast<std::uint64_t>(now.time_since_epoch().count());
  auto mac = mac_of(key, {}, message, variables);
  if (!mac) return std::move(mac).error();
  Bytes data;
  append_name(data, algorithm_name(key.algorithm));
  append(data, variables.time, 6);
  append(data, variables.fudge, 2);
  append(data, mac->size(), 2);
  append(data, *mac);
  append(data, number16(message, 0), 2);  // the original id
  append(data, 0, 4);                     // no error, no other data
  const unsigned additional = number16(message, 10) + 1U;
  message[10] = static_cast<std::uint8_t>(additional >> 8U);
  message[11] = static_cast<std::uint8_t>(additional);
  append_name(message, key.name);
  append(message, LDNS_RR_TYPE_TSIG, 2);
  append(message, LDNS_RR_CLASS_ANY, 2);
  append(message, 0, 4);
  append(message, data.size(), 2);
  append(message, data);
  return SignedMessage{std::move(message), std::move(*mac)};
}

Result<TsigFindings> tsig_check(std::span<const std::uint8_t> answer, const TsigKey& key, const Bytes& request_mac) {
  auto read = signature_of(answer);
  if (!read) return std::move(read).error();
  TsigFindings findings;
  const ldns_rr* signature = read->get();
  if (signature == nullptr || ldns_rr_rd_count(signature) != 7) return findings;
  findings.present = true;
  Variables variables;
  variables.time = number48(raw(ldns_rr_rdf(signature, 1)));
  variables.fudge = number16(raw(ldns_rr_rdf(signature, 2)), 0);
  variables.error = number16(raw(ldns_rr_rdf(signature, 5)), 0);
  const auto other = counted(ldns_rr_rdf(signature, 6));
  variables.other.assign(other.begin(), other.end());
  findings.error = static_cast<TsigError>(variables.error);
  if (other.size() == 6) findings.server_time = UtcTime{Seconds{static_cast<std::int64_t>(number48(other))}};
  const auto unsigned_answer = without_signature(answer, number16(raw(ldns_rr_rdf(signature, 4)), 0));
  const bool this_key = ldns_rr_get_class(signature) == LDNS_RR_CLASS_ANY && ldns_rr_ttl(signature) == 0 &&
                        name_text(ldns_rr_owner(signature)) == key.name &&
                        name_text(ldns_rr_rdf(signature, 0)) == algorithm_name(key.algorithm);
  if (!unsigned_answer || !this_key) return findings;
  const auto mac = mac_of(key, request_mac, *unsigned_answer, variables);
  if (!mac) return mac.error();
  findings.valid = same_bytes(*mac, counted(ldns_rr_rdf(signature, 3)));
  return findings;
}

}  // namespace acme
