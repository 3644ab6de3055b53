#include "common/crypto/key_writing.hpp"

#include <initializer_list>

#include "common/base/secret_text.hpp"
#include "common/crypto/key_forms.hpp"

namespace acme {

namespace {

constexpr std::size_t kLineBytes = 48, kLineText = 64;

std::string_view text_of(const std::vector<std::uint8_t>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// How DER begins what has this tag and size.
std::string header(unsigned char tag, std::size_t size) {
  std::string out{static_cast<char>(tag)};
  if (size >= 0x100) {
    out += {'\x82', static_cast<char>(size >> 8)};
  } else if (size >= 0x80) {
    out += '\x81';
  }
  return out += static_cast<char>(size);
}

Secret element(unsigned char tag, std::initializer_list<std::string_view> parts) {
  const Secret content = secret_of(parts);
  return secret_of({header(tag, content.size()), content.view()});
}

/// Big-endian, in as many bytes as it takes, or in `padded` ones. Empty: not to be had.
Secret number_of(EVP_PKEY* key, const char* name, std::size_t padded = 0) {
  std::array<OSSL_PARAM, 2> size{OSSL_PARAM_construct_BN(name, nullptr, 0), OSSL_PARAM_construct_end()};
  const bool asks = padded == 0;
  if (asks && (EVP_PKEY_get_params(key, size.data()) != 1 || OSSL_PARAM_modified(size.data()) != 1)) return {};
  Secret number{std::max<std::size_t>(asks ? size[0].return_size : padded, 1)};
  std::array<OSSL_PARAM, 2> content{der::number_parameter(name, number), OSSL_PARAM_construct_end()};
  if (EVP_PKEY_get_params(key, content.data()) != 1 || OSSL_PARAM_modified(content.data()) != 1) return {};
  der::swap_native(number);
  return number;
}

Secret ec_key(EVP_PKEY* key, const PublicNumbers& numbers) {
  using namespace std::string_view_literals;
  const auto* curve = std::find_if(der::kCurves.begin(), der::kCurves.end(),
                                   [&](const der::Curve& one) { return one.bits == numbers.type.bits; });
  if (curve == der::kCurves.end()) return {};
  const Secret number = number_of(key, OSSL_PKEY_PARAM_PRIV_KEY, numbers.x.size());
  if (number.empty()) return {};
  const Secret point = element(der::kBitString, {"\0\x04"sv, text_of(numbers.x), text_of(numbers.y)});
  const Secret inner = element(der::kSequence, {"\x02\x01\x01"sv, element(der::kOctetString, {number.view()}).view(),
                                                element(der::kEcPublicKey, {point.view()}).view()});
  const Secret algorithm = element(
      der::kSequence, {element(der::kObjectId, {der::kEcId}).view(), element(der::kObjectId, {curve->id}).view()});
  return element(der::kSequence, {"\x02\x01\0"sv, algorithm.view(), element(der::kOctetString, {inner.view()}).view()});
}

Secret rsa_key(EVP_PKEY* key) {
  using namespace std::string_view_literals;
  Secret numbers = element(der::kInteger, {"\0"sv});
  for (const char* name : der::kRsaNumbers) {
    const Secret number = number_of(key, name);
    if (number.empty()) return {};
    const bool looks_negative = static_cast<unsigned char>(number.view()[0]) >= 0x80;
    numbers =
        secret_of({numbers.view(), element(der::kInteger, {looks_negative ? "\0"sv : ""sv, number.view()}).view()});
  }
  const Secret inner = element(der::kSequence, {numbers.view()});
  const Secret algorithm =
      element(der::kSequence, {element(der::kObjectId, {der::kRsaId}).view(), element(der::kNull, {}).view()});
  return element(der::kSequence, {"\x02\x01\0"sv, algorithm.view(), element(der::kOctetString, {inner.view()}).view()});
}

Secret pem_of(std::string_view bytes) {
  constexpr std::string_view begin = "-----BEGIN PRIVATE KEY-----\n", end = "-----END PRIVATE KEY-----\n";
  const std::size_t lines = (bytes.size() + kLineBytes - 1) / kLineBytes;
  Secret pem{begin.size() + lines * (kLineText + 1) + end.size()};
  char* at = std::copy(begin.begin(), begin.end(), pem.data());
  for (; !bytes.empty(); bytes.remove_prefix(std::min(kLineBytes, bytes.size()))) {
    // A zero byte is written behind each line, too.
    at += EVP_EncodeBlock(reinterpret_cast<unsigned char*>(at), reinterpret_cast<const unsigned char*>(bytes.data()),
                          static_cast<int>(std::min(kLineBytes, bytes.size())));
    *at++ = '\n';
  }
  at = std::copy(end.begin(), end.end(), at);
  return Secret{pem.view().substr(0, static_cast<std::size_t>(at - pem.data()))};
}

}  // namespace

Secret write_key_cleanly(EVP_PKEY* key, const PublicNumbers& numbers) {
  const Secret bytes = numbers.type.algorithm == KeyAlgorithm::rsa ? rsa_key(key) : ec_key(key, numbers);
  return bytes.empty() ? Secret{} : pem_of(bytes.view());
}

}  // namespace acme
