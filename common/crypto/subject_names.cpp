#include "common/crypto/subject_names.hpp"

#include <climits>
#include <optional>

#include "common/base/ip_address.hpp"
#include "common/base/text.hpp"

namespace acme {

namespace {

Result<GeneralNamePtr> to_general_name(const Identifier& name) {
  const bool is_ip = name.type == IdentifierType::ip;
  std::string bytes = name.value;
  if (is_ip) {
    const auto address = parse_ip(name.value);
    if (!address) return Error{ErrorKind::malformed, cat("no IP address: ", cleaned(name.value))};
    bytes.assign(address->begin(), address->end());
  }
  GeneralNamePtr general{GENERAL_NAME_new()};
  ASN1_STRING* value = is_ip ? ASN1_OCTET_STRING_new() : ASN1_IA5STRING_new();
  if (general && value != nullptr) GENERAL_NAME_set0_value(general.get(), is_ip ? GEN_IPADD : GEN_DNS, value);
  if (!general) ASN1_STRING_free(value);
  if (!general || value == nullptr || bytes.size() > INT_MAX ||
      ASN1_STRING_set(value, bytes.data(), static_cast<int>(bytes.size())) != 1) {
    return openssl_error(ErrorKind::crypto, "cannot write a subject name");
  }
  return general;
}

std::optional<Identifier> from_general_name(const GENERAL_NAME* general) {
  int type = 0;
  const auto* value = static_cast<const ASN1_STRING*>(GENERAL_NAME_get0_value(general, &type));
  if (type != GEN_DNS && type != GEN_IPADD) return std::nullopt;
  const unsigned char* data = ASN1_STRING_get0_data(value);
  const auto size = static_cast<std::size_t>(ASN1_STRING_length(value));
  if (type == GEN_IPADD) {
    auto text = format_ip({data, size});
    if (!text) return std::nullopt;
    return Identifier{IdentifierType::ip, *std::move(text)};
  }
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  if (text.empty() || cleaned(text, text.size()) != text) return std::nullopt;
  return Identifier{IdentifierType::dns, to_lower(text)};
}

}  // namespace

Result<GeneralNamesPtr> to_general_names(const std::vector<Identifier>& names) {
  GeneralNamesPtr all{GENERAL_NAMES_new()};
  if (!all) return openssl_error(ErrorKind::crypto, "cannot write subject names");
  for (const auto& name : names) {
    auto general = to_general_name(name);
    if (!general) return std::move(general).error();
    if (sk_GENERAL_NAME_push(all.get(), general->get()) <= 0) {
      return openssl_error(ErrorKind::crypto, "cannot write subject names");
    }
    static_cast<void>(general->release());  // the stack owns it now
  }
  return all;
}

std::vector<Identifier> from_general_names(const GENERAL_NAMES* names) {
  std::vector<Identifier> all;
  for (int i = 0; i < sk_GENERAL_NAME_num(names); ++i) {  // -1 for null
    if (auto name = from_general_name(sk_GENERAL_NAME_value(names, i))) all.push_back(*std::move(name));
  }
  return all;
}

}  // namespace acme
