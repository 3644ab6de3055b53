#include "tests/simulation/made_once.hpp"

#include <map>
#include <unordered_map>
#include <vector>

#include "common/base/text.hpp"
#include "common/crypto/digest.hpp"
#include "common/crypto/key.hpp"
#include "common/crypto/tls_look.hpp"
#include "tests/fakes/ca_jws.hpp"
#include "tests/simulation/simulated_keys.hpp"

namespace acme_test {

using namespace acme;

// The functions as they are, and those that take their place: the linker's --wrap names them.
Result<PrivateKey> real_generate(KeyType type, std::stop_token stop) asm(
    "__real__ZN4acme10PrivateKey8generateENS_7KeyTypeESt10stop_token");
Result<PrivateKey> drawn(KeyType type,
                         std::stop_token stop) asm("__wrap__ZN4acme10PrivateKey8generateENS_7KeyTypeESt10stop_token");
Result<Secret> real_to_pem(const PrivateKey* key) asm("__real__ZNK4acme10PrivateKey6to_pemEv");
Result<Secret> to_pem_once(const PrivateKey* key) asm("__wrap__ZNK4acme10PrivateKey6to_pemEv");
Result<PrivateKey> real_from_pem(std::string_view pem) asm(
    "__real__ZN4acme10PrivateKey8from_pemESt17basic_string_viewIcSt11char_traitsIcEE");
Result<PrivateKey> from_pem_once(std::string_view pem) asm(
    "__wrap__ZN4acme10PrivateKey8from_pemESt17basic_string_viewIcSt11char_traitsIcEE");
Result<std::vector<std::uint8_t>> real_sign(const PrivateKey* key, std::string_view input) asm(
    "__real__ZNK4acme10PrivateKey8sign_jwsESt17basic_string_viewIcSt11char_traitsIcEE");
Result<std::vector<std::uint8_t>> sign_and_know(const PrivateKey* key, std::string_view input) asm(
    "__wrap__ZNK4acme10PrivateKey8sign_jwsESt17basic_string_viewIcSt11char_traitsIcEE");
Result<TlsLooks> real_looks() asm("__real__ZN4acme8TlsLooks4makeEv");
Result<TlsLooks> same_looks() asm("__wrap__ZN4acme8TlsLooks4makeEv");
bool really_signed_by(const CaJws& jws, const std::string& canonical_jwk) asm(
    "__real__ZN9acme_test12is_signed_byERKNS_5CaJwsERKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE");
bool known_or_signed_by(const CaJws& jws, const std::string& canonical_jwk) asm(
    "__wrap__ZN9acme_test12is_signed_byERKNS_5CaJwsERKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE");

namespace {

constexpr std::size_t kRsaKeys = 2;

struct Row {
  std::vector<PrivateKey> made;
  std::size_t drawn = 0;  // of this simulation
};
struct Written {
  PrivateKey key;  // lives, so that its address is no other's
  Secret pem;
};
struct Signed {
  std::string input;
  std::string jwk;
};
struct KeyForms {
  PrivateKey key;  // as above
  std::string jwk;
};
struct Made {
  std::map<std::string, Row> rows;  // by type
  std::unordered_map<const void*, Written> pem;
  std::unordered_map<std::string, PrivateKey> read;  // by PEM
  std::unordered_map<std::string, Signed> signatures;
  std::unordered_map<const void*, KeyForms> forms;
};

Made& made() {
  static Made all;
  return all;
}

PrivateKey make_key(KeyType type, std::size_t number) {
  const OtherOpensslSeed seed{static_cast<std::uint64_t>(type.bits) * 1000003 + number};
  return *real_generate(type, {});
}

const std::string& jwk_of(const PrivateKey& key) {
  const auto found = made().forms.find(key.get());
  if (found != made().forms.end()) return found->second.jwk;
  const auto numbers = key.public_numbers();
  std::string jwk;
  if (numbers) {
    jwk = cat(R"({"crv":"P-256","kty":"EC","x":")", base64url_encode(numbers->x), R"(","y":")",
              base64url_encode(numbers->y), "\"}");
  }
  return made().forms.emplace(key.get(), KeyForms{key, std::move(jwk)}).first->second.jwk;
}

/// Of the size of one.
std::vector<std::uint8_t> number_for(std::string_view input, const std::string& jwk) {
  std::vector<std::uint8_t> number;
  for (const char* half : {"r", "s"}) {
    const auto hash = sha256(cat(half, jwk, input));
    number.insert(number.end(), hash->begin(), hash->end());
  }
  return number;
}

}  // namespace

Result<PrivateKey> drawn(KeyType type, std::stop_token) {
  Row& row = made().rows[to_string(type)];
  const bool rsa = type.algorithm == KeyAlgorithm::rsa;
  const std::size_t number = rsa ? row.drawn++ % kRsaKeys : row.drawn++;
  while (row.made.size() <= number) row.made.push_back(make_key(type, row.made.size()));
  // An RSA key keeps what it drew for blinding: each simulation has an object of its own.
  return rsa ? PrivateKey::from_pem(to_pem_once(&row.made[number])->view()) : row.made[number];
}

Result<Secret> to_pem_once(const PrivateKey* key) {
  const auto found = made().pem.find(key->get());
  if (found != made().pem.end()) return found->second.pem.clone();
  auto pem = real_to_pem(key);
  if (pem) made().pem.emplace(key->get(), Written{*key, pem->clone()});
  return pem;
}

Result<PrivateKey> from_pem_once(std::string_view pem) {
  const auto found = made().read.find(std::string{pem});
  if (found != made().read.end()) return found->second;
  auto key = real_from_pem(pem);
  if (key) made().read.emplace(std::string{pem}, *key);
  return key;
}

Result<std::vector<std::uint8_t>> sign_and_know(const PrivateKey* key, std::string_view input) {
  if (key->type() != KeyType{}) return real_sign(key, input);
  const std::string& jwk = jwk_of(*key);
  auto number = number_for(input, jwk);
  made().signatures[{number.begin(), number.end()}] = {std::string{input}, jwk};
  return number;
}

bool known_or_signed_by(const CaJws& jws, const std::string& canonical_jwk) {
  const auto found = made().signatures.find(jws.signature);
  const bool known = found != made().signatures.end() && found->second.input == jws.signing_input &&
                     found->second.jwk == canonical_jwk && jws.protected_header["alg"].string() == "ES256";
  return known || really_signed_by(jws, canonical_jwk);
}

Result<TlsLooks> same_looks() {
  // What it draws must not be missing in the simulations that follow.
  static const TlsLooks looks = [] {
    const OtherOpensslSeed seed{0};
    return *real_looks();
  }();
  return looks;
}

void begin_drawing_keys() {
  for (auto& [type, row] : made().rows) row.drawn = 0;
  made().signatures.clear();
  const auto is_rsa = [](const PrivateKey& key) { return key.type().algorithm == KeyAlgorithm::rsa; };
  std::erase_if(made().pem, [&](const auto& one) { return is_rsa(one.second.key); });
  std::erase_if(made().read, [&](const auto& one) { return is_rsa(one.second); });
}

}  // namespace acme_test
