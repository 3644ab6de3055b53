#include "common/crypto/key_reading.hpp"

#include <openssl/err.h>

#include <optional>

#include "common/crypto/key_forms.hpp"

namespace acme {

namespace {

constexpr std::size_t kLargestPem = 64 * 1024;

/// DER, one element after the other. Once something is not as expected, all that follows is empty.
class Der {
 public:
  explicit Der(std::string_view bytes) : rest_{bytes} {}

  bool failed() const { return failed_; }
  bool next_is(unsigned char tag) const { return !rest_.empty() && static_cast<unsigned char>(rest_[0]) == tag; }

  std::string_view take(unsigned char tag) {
    if (!next_is(tag)) return fail();
    rest_.remove_prefix(1);
    std::size_t size = byte();
    if (size >= 0x80) {
      // Two bytes of length are 64 KiB.
      const std::size_t bytes = size - 0x80;
      if (bytes == 0 || bytes > 2) return fail();
      size = 0;
      for (std::size_t i = 0; i < bytes; ++i) size = size << 8 | byte();
    }
    if (failed_ || size > rest_.size()) return fail();
    const auto content = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return content;
  }

  /// A number that is not negative, without leading zeros.
  std::string_view take_number() {
    auto number = take(der::kInteger);
    if (number.empty() || static_cast<unsigned char>(number[0]) >= 0x80) return fail();
    while (number.size() > 1 && number[0] == '\0') number.remove_prefix(1);
    return number;
  }

  void take_version(char expected) {
    if (take_number() != std::string_view{&expected, 1}) fail();
  }

 private:
  std::size_t byte() {
    if (rest_.empty()) return fail().size();
    const auto value = static_cast<unsigned char>(rest_[0]);
    rest_.remove_prefix(1);
    return value;
  }
  std::string_view fail() {
    failed_ = true;
    return rest_ = {};
  }

  std::string_view rest_;
  bool failed_ = false;
};

const der::Curve* curve_of(std::string_view id) {
  const auto* found =
      std::find_if(der::kCurves.begin(), der::kCurves.end(), [&](const der::Curve& curve) { return curve.id == id; });
  return found == der::kCurves.end() ? nullptr : found;
}

Secret native(std::string_view number) {
  Secret bytes{number};
  der::swap_native(bytes);
  return bytes;
}

PkeyPtr made_of(const char* type, OSSL_PARAM* parameters) {
  const PkeyContextPtr context{EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr)};
  EVP_PKEY* key = nullptr;
  const bool made = context && EVP_PKEY_fromdata_init(context.get()) == 1 &&
                    EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_KEYPAIR, parameters) == 1;
  return PkeyPtr{made ? key : nullptr};
}

/// RFC 5915 §3. `curve`: of the PKCS#8 around it; nullptr: named inside.
PkeyPtr ec_key(std::string_view der, const der::Curve* curve) {
  Der outer{der};
  Der key{outer.take(der::kSequence)};
  key.take_version('\1');
  const auto number = key.take(der::kOctetString);
  if (key.next_is(der::kEcParameters)) {
    Der parameters{key.take(der::kEcParameters)};
    const der::Curve* named = curve_of(parameters.take(der::kObjectId));
    if (curve != nullptr && named != curve) return nullptr;
    curve = named;
  }
  Der half{key.take(der::kEcPublicKey)};
  auto point = half.take(der::kBitString);
  if (outer.failed() || key.failed() || half.failed() || curve == nullptr || number.empty()) return nullptr;
  if (point.size() < 2 || point[0] != '\0' || number.size() > (static_cast<std::size_t>(curve->bits) + 7) / 8) {
    return nullptr;
  }
  point.remove_prefix(1);  // how many bits at the end are none
  Secret secret = native(number);
  std::array<OSSL_PARAM, 4> parameters{
      OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, const_cast<char*>(curve->group), 0),
      OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, const_cast<char*>(point.data()), point.size()),
      der::number_parameter(OSSL_PKEY_PARAM_PRIV_KEY, secret), OSSL_PARAM_construct_end()};
  return made_of("EC", parameters.data());
}

PkeyPtr rsa_key(std::string_view der) {
  Der outer{der};
  Der key{outer.take(der::kSequence)};
  key.take_version('\0');
  std::array<Secret, der::kRsaNumbers.size()> numbers;
  std::array<OSSL_PARAM, der::kRsaNumbers.size() + 1> parameters;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const auto number = key.take_number();
    if (number.empty()) return nullptr;
    numbers[i] = native(number);
    parameters[i] = der::number_parameter(der::kRsaNumbers[i], numbers[i]);
  }
  parameters.back() = OSSL_PARAM_construct_end();
  return outer.failed() || key.failed() ? PkeyPtr{} : made_of("RSA", parameters.data());
}

/// RFC 5208 §5, RFC 5958 §2.
PkeyPtr pkcs8_key(std::string_view der) {
  Der outer{der};
  Der info{outer.take(der::kSequence)};
  info.take_version('\0');
  Der algorithm{info.take(der::kSequence)};
  const auto id = algorithm.take(der::kObjectId);
  const auto key = info.take(der::kOctetString);
  if (outer.failed() || info.failed() || algorithm.failed()) return nullptr;
  if (id == der::kRsaId) return rsa_key(key);
  const der::Curve* curve = id == der::kEcId ? curve_of(algorithm.take(der::kObjectId)) : nullptr;
  return curve != nullptr ? ec_key(key, curve) : nullptr;
}

/// What is between BEGIN and END, decoded; empty: not base64 alone.
Secret decoded(std::string_view body) {
  Secret base64{body.size()};
  std::size_t size = 0;
  for (const char c : body) {
    if (c != '\n' && c != '\r' && c != ' ' && c != '\t') base64.data()[size++] = c;
  }
  if (size == 0 || size % 4 != 0) return {};
  const auto padding = static_cast<std::size_t>(std::count(base64.data() + size - 2, base64.data() + size, '='));
  Secret bytes{size / 4 * 3};
  const int got = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                  reinterpret_cast<const unsigned char*>(base64.data()), static_cast<int>(size));
  if (got < 0 || static_cast<std::size_t>(got) <= padding) return {};
  return Secret{bytes.view().substr(0, static_cast<std::size_t>(got) - padding)};
}

struct Block {
  std::string_view label, body;
};

/// The first one of a private key, whatever its form.
std::optional<Block> private_key_block(std::string_view pem) {
  constexpr std::string_view begin = "-----BEGIN ", dashes = "-----", kind = "PRIVATE KEY";
  for (auto at = pem.find(begin); at != std::string_view::npos; at = pem.find(begin, at + 1)) {
    const auto label_at = at + begin.size();
    const auto label = pem.substr(label_at, pem.find(dashes, label_at) - label_at);
    if (!label.ends_with(kind)) continue;
    const auto body_at = label_at + label.size() + dashes.size();
    const auto end = pem.find("-----END ", std::min(body_at, pem.size()));
    if (end == std::string_view::npos) return std::nullopt;
    return Block{label, pem.substr(body_at, end - body_at)};
  }
  return std::nullopt;
}

}  // namespace

PkeyPtr read_key_cleanly(std::string_view pem) {
  const auto block = pem.size() <= kLargestPem ? private_key_block(pem) : std::nullopt;
  if (!block || block->body.empty()) return nullptr;
  const Secret der = decoded(block->body);
  PkeyPtr key;
  if (block->label == "PRIVATE KEY") key = pkcs8_key(der.view());
  if (block->label == "EC PRIVATE KEY") key = ec_key(der.view(), nullptr);
  if (block->label == "RSA PRIVATE KEY") key = rsa_key(der.view());
  if (!key) ERR_clear_error();
  return key;
}

}  // namespace acme
