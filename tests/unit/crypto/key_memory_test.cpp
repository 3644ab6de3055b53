// What of a private key stays in this process's memory once the key is gone.
#include <openssl/core_names.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/crypto/key.hpp"
#include "common/crypto/openssl_handles.hpp"
#include "tests/check.hpp"
#include "tests/fakes/own_memory.hpp"

using namespace acme;
using namespace acme_test;

namespace {

/// A key, and pieces of what must not stay: of its secret numbers, either way round, and of its PEM.
struct Sample {
  Secret pem;
  std::vector<Masked> pieces;
};

std::vector<const char*> secret_numbers(KeyType type) {
  if (type.algorithm == KeyAlgorithm::ecdsa) return {OSSL_PKEY_PARAM_PRIV_KEY};
  return {OSSL_PKEY_PARAM_RSA_D,         OSSL_PKEY_PARAM_RSA_FACTOR1,   OSSL_PKEY_PARAM_RSA_FACTOR2,
          OSSL_PKEY_PARAM_RSA_EXPONENT1, OSSL_PKEY_PARAM_RSA_EXPONENT2, OSSL_PKEY_PARAM_RSA_COEFFICIENT1};
}

/// In another process, which alone has the key in the clear.
void make_sample(KeyType type, bool traditional, int out) {
  const auto key = PrivateKey::generate(type);
  std::string pieces, pem{key->to_pem()->view()};
  if (traditional) {
    const BioPtr bio{BIO_new(BIO_s_mem())};
    PEM_write_bio_PrivateKey_traditional(bio.get(), key->get(), nullptr, nullptr, 0, nullptr, nullptr);
    pem = written(bio.get());
  }
  const auto add = [&pieces](std::string_view piece) { pieces.append(masked(piece).data(), kPiece); };
  for (const char* name : secret_numbers(type)) {
    BIGNUM* raw = nullptr;
    EVP_PKEY_get_bn_param(key->get(), name, &raw);
    const BignumPtr number{raw};
    std::string bytes(static_cast<std::size_t>(BN_num_bytes(number.get())), '\0');
    BN_bn2bin(number.get(), reinterpret_cast<unsigned char*>(bytes.data()));
    const std::string piece = bytes.substr(bytes.size() - kPiece);
    add(piece);
    add(std::string{piece.rbegin(), piece.rend()});
  }
  add(std::string_view{pem}.substr(pem.find('\n') + 70));
  const std::string all = std::string(1, static_cast<char>(pieces.size() / kPiece)) + pieces + pem;
  ::_exit(::write(out, all.data(), all.size()) < 0);
}

Sample sample(KeyType type, bool traditional) {
  int ends[2];
  CHECK_EQ(::pipe(ends), 0);
  const pid_t child = ::fork();
  if (child == 0) make_sample(type, traditional, ends[1]);
  ::close(ends[1]);
  ::waitpid(child, nullptr, 0);
  char count = 0;
  CHECK_EQ(::read(ends[0], &count, 1), 1);
  Sample made;
  made.pieces.resize(static_cast<std::size_t>(count));
  for (auto& piece : made.pieces) CHECK_EQ(::read(ends[0], piece.data(), kPiece), static_cast<ssize_t>(kPiece));
  Secret room{16 * 1024};
  const auto size = ::read(ends[0], room.data(), room.size());
  ::close(ends[0]);
  CHECK(size > 100);
  made.pem = Secret{room.view().substr(0, static_cast<std::size_t>(size))};
  return made;
}

constexpr struct {
  const char* name;
  KeyType type;
  bool traditional;
} kCases[] = {
    {"ecdsa:256", {KeyAlgorithm::ecdsa, 256}, false},     {"ecdsa:384", {KeyAlgorithm::ecdsa, 384}, false},
    {"ecdsa:521", {KeyAlgorithm::ecdsa, 521}, false},     {"rsa:2048", {KeyAlgorithm::rsa, 2048}, false},
    {"traditional ec", {KeyAlgorithm::ecdsa, 256}, true}, {"traditional rsa", {KeyAlgorithm::rsa, 2048}, true},
};

}  // namespace

static void nothing_stays_of_a_key_that_was_read() {
  const OwnMemory memory;
  for (const auto& [name, type, traditional] : kCases) {
    Sample made = sample(type, traditional);
    CHECK(memory.places_of(made.pieces) > 0);  // the PEM, or this looks for the wrong thing
    {
      const auto key = PrivateKey::from_pem(made.pem.view());
      CHECK_OK(key);
      made.pem = {};
      CHECK(memory.places_of(made.pieces) > 0);  // the key
    }
    CHECK_EQ(std::string{name} + ": " + std::to_string(memory.places_of(made.pieces)), std::string{name} + ": 0");
  }
}

static void nothing_stays_of_a_key_that_was_written() {
  const OwnMemory memory;
  for (const auto& [name, type, traditional] : kCases) {
    Sample made = sample(type, traditional);
    {
      const auto key = PrivateKey::from_pem(made.pem.view());
      CHECK_OK(key);
      const auto pem = key->to_pem();
      CHECK_OK(pem);
      made.pem = {};
    }
    CHECK_EQ(std::string{name} + ": " + std::to_string(memory.places_of(made.pieces)), std::string{name} + ": 0");
  }
}

static void nothing_stays_of_a_key_that_was_made_and_used() {
  const OwnMemory memory;
  for (const KeyType type : {KeyType{KeyAlgorithm::ecdsa, 256}, KeyType{KeyAlgorithm::ecdsa, 384},
                             KeyType{KeyAlgorithm::ecdsa, 521}, KeyType{KeyAlgorithm::rsa, 2048}}) {
    std::vector<Masked> pieces;
    {
      const auto key = PrivateKey::generate(type);
      CHECK_OK(key);
      for (const char* name : secret_numbers(type)) {
        Secret number{static_cast<std::size_t>(type.bits + 7) / 8};
        OSSL_PARAM parameters[] = {
            OSSL_PARAM_construct_BN(name, reinterpret_cast<unsigned char*>(number.data()), number.size()),
            OSSL_PARAM_construct_end()};
        CHECK_EQ(EVP_PKEY_get_params(key->get(), parameters), 1);
        pieces.push_back(masked(number.view()));  // little-endian, as OpenSSL calculates
        std::reverse(number.data(), number.data() + kPiece);
        pieces.push_back(masked(number.view()));
      }
      for (int i = 0; i < 3; ++i) CHECK_OK(key->sign_jws("to be signed"));
      CHECK_OK(key->to_pem());
      CHECK(memory.places_of(pieces) > 0);
    }
    CHECK_EQ(to_string(type) + ": " + std::to_string(memory.places_of(pieces)), to_string(type) + ": 0");
  }
}

int main(int, char** argv) {
  link_at_once(argv);
  return acme_test::run("key_memory", {ACME_TEST(nothing_stays_of_a_key_that_was_read),
                                       ACME_TEST(nothing_stays_of_a_key_that_was_written),
                                       ACME_TEST(nothing_stays_of_a_key_that_was_made_and_used)});
}
