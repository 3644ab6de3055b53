#include "common/crypto/key.hpp"

#include <openssl/err.h>

#include "common/base/text.hpp"
#include "common/crypto/digest.hpp"
#include "common/crypto/openssl_handles.hpp"
#include "tests/check.hpp"

using namespace acme;

using PKCS8Handle = Handle<PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free>;

static const KeyType kP256{KeyAlgorithm::ecdsa, 256};
static const KeyType kP384{KeyAlgorithm::ecdsa, 384};
static const KeyType kP521{KeyAlgorithm::ecdsa, 521};
static const KeyType kRsa2048{KeyAlgorithm::rsa, 2048};

/// The PEM of a key that OpenSSL makes by itself, for what generate() would not make.
static std::string pem_of(EVP_PKEY* raw, bool traditional = false) {
  const PkeyPtr key{raw};
  const BioPtr bio{BIO_new(BIO_s_mem())};
  const int done =
      traditional ? PEM_write_bio_PrivateKey_traditional(bio.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr)
                  : PEM_write_bio_PKCS8PrivateKey(bio.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  CHECK_EQ(done, 1);
  return std::string{written(bio.get())};
}

static void each_type_survives_pem() {
  for (const KeyType type : {kP256, kP384, kP521, kRsa2048}) {
    const auto key = PrivateKey::generate(type);
    CHECK_OK(key);
    CHECK(key->type() == type);
    const auto pem = key->to_pem();
    CHECK_OK(pem);
    CHECK(pem->view().starts_with("-----BEGIN PRIVATE KEY-----\n"));
    EVP_PKEY_up_ref(key->get());
    CHECK(pem->view() == pem_of(key->get()));  // as OpenSSL writes it
    const auto again = PrivateKey::from_pem(pem->view());
    CHECK_OK(again);
    CHECK(again->type() == type);
    CHECK(*again->public_key_hash() == *key->public_key_hash());
    CHECK_EQ(ERR_peek_error(), 0U);
  }
}

static void types_have_a_name() {
  CHECK_EQ(to_string(kP256), "ecdsa:256");
  CHECK_EQ(to_string(kRsa2048), "rsa:2048");
}

static void traditional_pem_is_read() {
  CHECK_OK(PrivateKey::from_pem(pem_of(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"), true)));
  CHECK_OK(PrivateKey::from_pem(pem_of(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{2048}), true)));
  // `openssl ecparam -genkey` writes the curve in a block of its own first.
  const std::string parameters = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
  CHECK_OK(PrivateKey::from_pem(parameters + pem_of(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"), true)));
}

static std::string pem_around(const char* label, std::string_view der) {
  std::string base64(der.size() / 3 * 4 + 5, '\0');
  base64.resize(static_cast<std::size_t>(EVP_EncodeBlock(reinterpret_cast<unsigned char*>(base64.data()),
                                                         reinterpret_cast<const unsigned char*>(der.data()),
                                                         static_cast<int>(der.size()))));
  std::string pem = cat("-----BEGIN ", label, "-----\n");
  for (std::size_t at = 0; at < base64.size(); at += 64) pem += base64.substr(at, 64) + "\n";
  return cat(pem, "-----END ", label, "-----\n");
}

static std::string der_of(EVP_PKEY* raw, bool traditional) {
  const PkeyPtr key{raw};
  unsigned char* bytes = nullptr;
  const PKCS8Handle pkcs8{EVP_PKEY2PKCS8(key.get())};
  const int size = traditional ? i2d_PrivateKey(key.get(), &bytes) : i2d_PKCS8_PRIV_KEY_INFO(pkcs8.get(), &bytes);
  const OpensslBytes owner{bytes};
  return {reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)};
}

/// Whatever a damaged key is taken for, nothing worse happens; and what is read is what OpenSSL reads.
static void damaged_keys_do_no_harm() {
  const struct {
    const char* label;
    std::string der;
    std::size_t step;
  } cases[] = {
      {"PRIVATE KEY", der_of(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"), false), 1},
      {"EC PRIVATE KEY", der_of(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-384"), true), 1},
      {"PRIVATE KEY", der_of(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{2048}), false), 37},
      {"RSA PRIVATE KEY", der_of(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{2048}), true), 41},
  };
  for (const auto& [label, der, step] : cases) {
    CHECK_OK(PrivateKey::from_pem(pem_around(label, der)));
    for (std::size_t at = 0; at < der.size(); at += step) {
      CHECK(!PrivateKey::from_pem(pem_around(label, der.substr(0, at))).ok());
      for (const int change : {0x01, 0x80, 0xff}) {
        std::string damaged = der;
        damaged[at] = static_cast<char>(damaged[at] ^ change);
        const std::string pem = pem_around(label, damaged);
        const auto key = PrivateKey::from_pem(pem);
        CHECK_EQ(ERR_peek_error(), 0U);
        const BioPtr bio = reading_bio(pem);
        const PkeyPtr theirs{PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr)};
        ERR_clear_error();
        if (key && theirs) CHECK_EQ(EVP_PKEY_eq(key->get(), theirs.get()), 1);
      }
    }
  }
}

static void other_keys_are_a_configuration_error() {
  const std::string others[] = {pem_of(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")),
                                pem_of(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "secp256k1")),
                                pem_of(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "brainpoolP384r1")),
                                pem_of(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{1024}))};
  for (const auto& pem : others) {
    const auto key = PrivateKey::from_pem(pem);
    CHECK(!key.ok());
    CHECK(key.error().kind == ErrorKind::configuration);
    CHECK(key.error().hint.find("rsa:2048") != std::string::npos);
    CHECK_EQ(ERR_peek_error(), 0U);
  }
}

static void what_is_no_key_is_malformed() {
  const std::string good = pem_of(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"));
  const std::string public_key =
      "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE\n-----END PUBLIC KEY-----\n";
  for (const std::string& bad : {std::string{}, std::string{"garbage"}, good.substr(0, good.size() / 2), public_key,
                                 std::string(100000, 'x'), std::string{"\0\0\0", 3}}) {
    const auto key = PrivateKey::from_pem(bad);
    CHECK(!key.ok());
    CHECK(key.error().kind == ErrorKind::malformed);
    CHECK_EQ(ERR_peek_error(), 0U);
  }
}

static void an_encrypted_key_is_refused_without_asking() {
  const PkeyPtr key{EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256")};
  const BioPtr bio{BIO_new(BIO_s_mem())};
  CHECK_EQ(PEM_write_bio_PKCS8PrivateKey(bio.get(), key.get(), EVP_aes_256_cbc(), "secret", 6, nullptr, nullptr), 1);
  CHECK(PrivateKey::from_pem(written(bio.get())).error().kind == ErrorKind::malformed);
}

static void public_numbers_have_the_size_of_the_field() {
  const auto p521 = PrivateKey::generate(kP521)->public_numbers();
  CHECK_OK(p521);
  CHECK_EQ(p521->x.size(), 66U);
  CHECK_EQ(p521->y.size(), 66U);
  CHECK(p521->n.empty());
  const auto rsa = PrivateKey::generate(kRsa2048)->public_numbers();
  CHECK_OK(rsa);
  CHECK_EQ(rsa->n.size(), 256U);
  CHECK(rsa->e == (Bytes{1, 0, 1}));
}

/// Does OpenSSL accept r || s as a signature? The DER is written here, independently of key.cpp.
static bool verifies(const PrivateKey& key, const EVP_MD* digest, std::string_view text, const Bytes& signature) {
  Bytes der = signature;
  if (key.type().algorithm == KeyAlgorithm::ecdsa) {
    const int half = static_cast<int>(signature.size() / 2);
    const EcdsaSignaturePtr parts{ECDSA_SIG_new()};
    ECDSA_SIG_set0(parts.get(), BN_bin2bn(signature.data(), half, nullptr),
                   BN_bin2bn(signature.data() + half, half, nullptr));
    unsigned char* raw = nullptr;
    const int size = i2d_ECDSA_SIG(parts.get(), &raw);
    const OpensslBytes owned{raw};
    der.assign(raw, raw + size);
  }
  const MdContextPtr context{EVP_MD_CTX_new()};
  return EVP_DigestVerifyInit(context.get(), nullptr, digest, nullptr, key.get()) == 1 &&
         EVP_DigestVerify(context.get(), der.data(), der.size(), reinterpret_cast<const unsigned char*>(text.data()),
                          text.size()) == 1;
}

static void signatures_verify_and_have_a_fixed_size() {
  const struct {
    KeyType type;
    const EVP_MD* digest;
    std::size_t size;
  } table[] = {
      {kP256, EVP_sha256(), 64}, {kP384, EVP_sha384(), 96}, {kP521, EVP_sha512(), 132}, {kRsa2048, EVP_sha256(), 256}};
  for (const auto& row : table) {
    const auto key = PrivateKey::generate(row.type);
    for (int i = 0; i < 40; ++i) {  // often enough that some r or s begins with a zero byte
      const std::string text = cat("signing input ", i);
      const auto signature = key->sign_jws(text);
      CHECK_OK(signature);
      CHECK_EQ(signature->size(), row.size);
      CHECK(verifies(*key, row.digest, text, *signature));
      CHECK(!verifies(*key, row.digest, text + "x", *signature));
      ERR_clear_error();
      if (row.type == kRsa2048 && i == 2) break;
    }
  }
}

static void unknown_sizes_are_not_made() {
  CHECK(PrivateKey::generate({KeyAlgorithm::rsa, 1024}).error().kind == ErrorKind::crypto);
  CHECK(PrivateKey::generate({KeyAlgorithm::ecdsa, 255}).error().kind == ErrorKind::crypto);
}

static void a_stop_ends_the_making_of_a_large_key() {
  std::stop_source already;
  already.request_stop();
  CHECK(PrivateKey::generate({KeyAlgorithm::rsa, 4096}, already.get_token()).error().kind == ErrorKind::cancelled);
  CHECK_EQ(ERR_peek_error(), 0U);
}

int main() {
  return acme_test::run(
      "key", {ACME_TEST(each_type_survives_pem), ACME_TEST(types_have_a_name), ACME_TEST(traditional_pem_is_read),
              ACME_TEST(damaged_keys_do_no_harm), ACME_TEST(other_keys_are_a_configuration_error),
              ACME_TEST(what_is_no_key_is_malformed), ACME_TEST(an_encrypted_key_is_refused_without_asking),
              ACME_TEST(public_numbers_have_the_size_of_the_field), ACME_TEST(signatures_verify_and_have_a_fixed_size),
              ACME_TEST(unknown_sizes_are_not_made), ACME_TEST(a_stop_ends_the_making_of_a_large_key)});
}
