// What of a private key stays in this process's memory once the key is gone. Under ASan freed memory is kept from reuse
// for long, so that whatever was given back without being cleansed is found.
#include <fcntl.h>
#include <openssl/core_names.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "common/crypto/key.hpp"
#include "common/crypto/openssl_handles.hpp"
#include "tests/check.hpp"

using namespace acme;

namespace {

constexpr std::size_t kPiece = 16;
constexpr std::size_t kRoom = 1 << 20;
constexpr std::size_t kLargestMapping = std::size_t{256} << 20;  // ASan's shadow is larger
constexpr char kMask = 0x5a;                                     // so that what is looked for is not itself found

using Masked = std::array<char, kPiece>;

/// A key, and pieces of what must not stay: of its secret numbers, either way round, and of its PEM.
struct Sample {
  Secret pem;
  std::vector<Masked> pieces;
};

Masked masked(std::string_view piece) {
  Masked out{};
  std::transform(piece.begin(), piece.begin() + kPiece, out.begin(),
                 [](char c) { return static_cast<char>(c ^ kMask); });
  return out;
}

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

/// This process's memory, as the kernel shows it.
class Memory {
 public:
  Memory()
      : room_{static_cast<char*>(::mmap(nullptr, kRoom, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))} {}
  ~Memory() { ::munmap(room_, kRoom); }

  std::size_t places_of(const std::vector<Masked>& pieces) {
    std::ifstream maps{"/proc/self/maps"};
    std::size_t found = 0;
    for (std::string line; std::getline(maps, line);) {
      std::uintptr_t begin = 0, end = 0;
      char mode[5] = "";
      if (std::sscanf(line.c_str(), "%lx-%lx %4s", &begin, &end, mode) != 3 || std::string{mode} != "rw-p") continue;
      if (end - begin < kLargestMapping) found += places_between(begin, end, pieces);
    }
    return found;
  }

 private:
  std::size_t places_between(std::uintptr_t begin, std::uintptr_t end, const std::vector<Masked>& pieces) {
    const auto own = reinterpret_cast<std::uintptr_t>(room_);
    std::size_t found = 0;
    for (auto at = begin; at < end; at += kRoom - kPiece) {
      const std::size_t size = std::min(kRoom, end - at);
      if (at < own + kRoom && own < at + size) continue;
      const auto got = ::pread(memory_, room_, size, static_cast<off_t>(at));
      for (const auto& piece : pieces) found += got > 0 ? places_in({room_, static_cast<std::size_t>(got)}, piece) : 0;
    }
    return found;
  }

  static std::size_t places_in(std::string_view memory, const Masked& piece) {
    const auto first = static_cast<char>(piece[0] ^ kMask);
    std::size_t found = 0;
    for (auto at = memory.find(first); at != std::string_view::npos; at = memory.find(first, at + 1)) {
      if (memory.size() - at < kPiece) break;
      const auto same = [](char real, char hidden) { return static_cast<char>(real ^ kMask) == hidden; };
      if (std::equal(piece.begin(), piece.end(), memory.begin() + static_cast<std::ptrdiff_t>(at),
                     [&](char hidden, char real) { return same(real, hidden); })) {
        ++found;
      }
    }
    return found;
  }

  int memory_ = ::open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
  char* room_;
};

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
  Memory memory;
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
  Memory memory;
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
  Memory memory;
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
  // Else the dynamic linker saves what vector registers hold, on the stack, at the first call of each function.
  if (std::getenv("LD_BIND_NOW") == nullptr) {
    ::setenv("LD_BIND_NOW", "1", 1);
    ::execv("/proc/self/exe", argv);
  }
  return acme_test::run("key_memory", {ACME_TEST(nothing_stays_of_a_key_that_was_read),
                                       ACME_TEST(nothing_stays_of_a_key_that_was_written),
                                       ACME_TEST(nothing_stays_of_a_key_that_was_made_and_used)});
}
