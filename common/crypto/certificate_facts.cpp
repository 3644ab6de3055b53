#include "common/crypto/certificate_facts.hpp"

#include <algorithm>
#include <array>
#include <ctime>
#include <optional>

#include "common/base/text.hpp"
#include "common/crypto/openssl_handles.hpp"
#include "common/crypto/subject_names.hpp"

namespace acme {

namespace {

constexpr std::size_t kMaxShownName = 128;

std::optional<UtcTime> to_utc(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{parts.tm_year + 1900},
                                         std::chrono::month{static_cast<unsigned>(parts.tm_mon + 1)},
                                         std::chrono::day{static_cast<unsigned>(parts.tm_mday)}};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days{date} + std::chrono::hours{parts.tm_hour} + std::chrono::minutes{parts.tm_min} +
         Seconds{parts.tm_sec};
}

std::optional<std::string> entry_of(const X509_NAME* name, int nid) {
  const int index = X509_NAME_get_index_by_NID(name, nid, -1);
  if (index < 0) return std::nullopt;
  unsigned char* raw = nullptr;
  const int size = ASN1_STRING_to_UTF8(&raw, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, index)));
  const OpensslBytes text{raw};
  if (size <= 0) return std::nullopt;
  return cleaned({reinterpret_cast<const char*>(text.get()), static_cast<std::size_t>(size)}, kMaxShownName);
}

std::string shown_name(const X509_NAME* name) {
  if (auto common_name = entry_of(name, NID_commonName)) return *std::move(common_name);
  return entry_of(name, NID_organizationName).value_or("a name without CN");
}

std::optional<std::string> serial_of(const X509* certificate) {
  const BignumPtr number{ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), nullptr)};
  const OpensslText hex{number ? BN_bn2hex(number.get()) : nullptr};
  if (!hex) return std::nullopt;
  return to_lower(hex.get());
}

/// The serial number's DER without tag and length: a leading zero byte is part of it.
std::string serial_content(const X509* certificate) {
  unsigned char* raw = nullptr;
  const int size = i2d_ASN1_INTEGER(X509_get0_serialNumber(certificate), &raw);
  const OpensslBytes der{raw};
  const unsigned char* content = raw;
  long length = 0;
  int tag = 0;
  int tag_class = 0;
  if (size <= 0 || (ASN1_get_object(&content, &length, &tag, &tag_class, size) & 0x80) != 0) return {};
  return {reinterpret_cast<const char*>(content), static_cast<std::size_t>(length)};
}

std::string renewal_id_of(X509* certificate) {
  const ASN1_OCTET_STRING* key_id = X509_get0_authority_key_id(certificate);
  const std::string serial = serial_content(certificate);
  if (key_id == nullptr || ASN1_STRING_length(key_id) == 0 || serial.empty()) return {};
  const std::string_view bytes{reinterpret_cast<const char*>(ASN1_STRING_get0_data(key_id)),
                               static_cast<std::size_t>(ASN1_STRING_length(key_id))};
  return cat(base64url_encode(bytes), '.', base64url_encode(serial));
}

std::optional<std::string> fingerprint_of(const X509* certificate) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
  unsigned size = 0;
  if (X509_digest(certificate, EVP_sha256(), hash.data(), &size) != 1) return std::nullopt;
  return to_hex({hash.data(), size});
}

std::vector<Identifier> names_of(const X509* certificate) {
  const GeneralNamesPtr general{
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr))};
  auto names = from_general_names(general.get());
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

bool is_must_staple(const X509* certificate) {
  const TlsFeaturePtr features{
      static_cast<TLS_FEATURE*>(X509_get_ext_d2i(certificate, NID_tlsfeature, nullptr, nullptr))};
  for (int i = 0; features && i < sk_ASN1_INTEGER_num(features.get()); ++i) {
    if (ASN1_INTEGER_get(sk_ASN1_INTEGER_value(features.get(), i)) == kStatusRequest) return true;
  }
  return false;
}

}  // namespace

Result<CertificateFacts> read_facts(x509_st* certificate) {
  const auto not_before = to_utc(X509_get0_notBefore(certificate));
  const auto not_after = to_utc(X509_get0_notAfter(certificate));
  auto serial = serial_of(certificate);
  auto fingerprint = fingerprint_of(certificate);
  if (!not_before || !not_after || !serial || !fingerprint) {
    return openssl_error(ErrorKind::malformed, "cannot read the certificate's dates or serial number");
  }
  CertificateFacts facts;
  facts.names = names_of(certificate);
  facts.not_before = *not_before;
  facts.not_after = *not_after;
  facts.serial = *std::move(serial);
  facts.fingerprint = *std::move(fingerprint);
  facts.issuer = issuer_name(certificate);
  facts.must_staple = is_must_staple(certificate);
  facts.renewal_id = renewal_id_of(certificate);
  return facts;
}

bool covers(const CertificateFacts& facts, const Identifier& name) {
  const auto holds = [&](std::string_view value) {
    return std::any_of(facts.names.begin(), facts.names.end(), [&](const Identifier& one) {
      return one.type == name.type && equals_no_case(one.value, value);
    });
  };
  if (holds(name.value)) return true;
  if (name.type != IdentifierType::dns || name.wildcard()) return false;
  const auto dot = name.value.find('.');
  return dot != std::string::npos && dot > 0 && holds(cat('*', std::string_view{name.value}.substr(dot)));
}

std::string subject_name(x509_st* certificate) { return shown_name(X509_get_subject_name(certificate)); }
std::string issuer_name(x509_st* certificate) { return shown_name(X509_get_issuer_name(certificate)); }

}  // namespace acme
