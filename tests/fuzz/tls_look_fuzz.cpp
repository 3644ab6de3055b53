// What a stranger's TLS server may answer to a look at its certificate. The first byte chooses what is asked, and in
// how many pieces the rest arrives.
#include "common/crypto/tls_look.hpp"
#include "tests/fuzz/properties.hpp"

using namespace acme;
using namespace acme_fuzz;

namespace {

constexpr std::size_t kMostSent = 64 * 1024;

const TlsLooks& looks() {
  static const TlsLooks made = *TlsLooks::make();
  return made;
}

void check_leaf(const ShownLeaf& leaf) {
  CHECK(leaf.fingerprint.size() == 64 && is_of(leaf.fingerprint, kHex));
  check_plain(leaf.subject, 128);
  check_plain(leaf.issuer, 128);
  check_plain(leaf.protocol, 64);
  CHECK(leaf.challenge_hash.empty() || (leaf.challenge_hash.size() == 64 && is_of(leaf.challenge_hash, kHex)));
}

}  // namespace

FUZZ_TARGET(tls_look) {
  Input rest{input};
  const unsigned choice = rest.byte();
  auto look = looks().begin((choice & 1U) != 0 ? "www.example.org" : "", static_cast<LeafKey>(choice / 2 % kLeafKeys),
                            (choice & 64U) != 0 ? "acme-tls/1" : "");
  CHECK_OK(look);
  const std::size_t piece = (choice & 128U) != 0 ? 7 : 16384;
  CHECK(!look->exchange("").empty());
  std::size_t sent = 0;
  for (std::string_view left = rest.rest(); !left.empty() && !look->over();) {
    sent += look->exchange(left.substr(0, piece)).size();
    left.remove_prefix(std::min(piece, left.size()));
  }
  CHECK(sent < kMostSent);
  CHECK(look->goodbye().size() < kMostSent);
  if (look->leaf()) check_leaf(*look->leaf());
  check_plain(look->refusal(), 512);
  CHECK(!look->over() || look->leaf() || !look->refusal().empty());
}
