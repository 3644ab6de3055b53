#include "common/preflight/address_kind.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <vector>

#include "common/base/ip_address.hpp"

namespace acme {

namespace {

using Bytes = std::vector<std::uint8_t>;

struct Block {
  std::array<std::uint8_t, 8> begin;  // of 4 or 16 bytes; the rest does not matter
  unsigned bits;
  AddressKind kind;
};

// IANA's registries of special-purpose addresses. Longer prefixes first.
constexpr std::array kIpv4{
    Block{{0}, 8, AddressKind::reserved},
    Block{{10}, 8, AddressKind::private_use},
    Block{{100, 64}, 10, AddressKind::carrier},
    Block{{127}, 8, AddressKind::loopback},
    Block{{169, 254}, 16, AddressKind::link_local},
    Block{{172, 16}, 12, AddressKind::private_use},
    Block{{192, 0, 2}, 24, AddressKind::documentation},
    Block{{192, 168}, 16, AddressKind::private_use},
    Block{{198, 18}, 15, AddressKind::documentation},
    Block{{198, 51, 100}, 24, AddressKind::documentation},
    Block{{203, 0, 113}, 24, AddressKind::documentation},
    Block{{224}, 3, AddressKind::reserved},
};
constexpr std::array kIpv6{
    Block{{0xFC}, 7, AddressKind::private_use},
    Block{{0xFE, 0x80}, 10, AddressKind::link_local},
    Block{{0x20, 0x01, 0x0D, 0xB8}, 32, AddressKind::documentation},
    Block{{0x3F, 0xFF}, 20, AddressKind::documentation},
    Block{{0x20}, 3, AddressKind::global},  // 2000::/3
};

bool is_in(const Bytes& address, const Block& block) {
  for (unsigned bit = 0; bit < block.bits; ++bit) {
    const unsigned mask = 0x80U >> (bit % 8);
    if (((address[bit / 8] ^ block.begin[bit / 8]) & mask) != 0) return false;
  }
  return true;
}

AddressKind kind_in(const Bytes& address, std::span<const Block> blocks, AddressKind otherwise) {
  const auto found =
      std::find_if(blocks.begin(), blocks.end(), [&](const Block& block) { return is_in(address, block); });
  return found == blocks.end() ? otherwise : found->kind;
}

}  // namespace

AddressKind address_kind(std::string_view address) {
  const auto bytes = parse_ip(address);
  if (!bytes) return AddressKind::reserved;
  if (bytes->size() == 4) return kind_in(*bytes, kIpv4, AddressKind::global);
  constexpr std::array<std::uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  if (std::equal(kMapped.begin(), kMapped.end(), bytes->begin())) {
    return kind_in(Bytes{bytes->begin() + 12, bytes->end()}, kIpv4, AddressKind::global);
  }
  constexpr std::array<std::uint8_t, 16> kLoopback{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  if (std::equal(kLoopback.begin(), kLoopback.end(), bytes->begin())) return AddressKind::loopback;
  return kind_in(*bytes, kIpv6, AddressKind::reserved);
}

const char* address_kind_words(AddressKind kind) {
  switch (kind) {
    case AddressKind::global: return "a public address";
    case AddressKind::loopback: return "a loopback address";
    case AddressKind::private_use: return "a private address";
    case AddressKind::carrier: return "an address behind a provider's NAT (100.64.0.0/10)";
    case AddressKind::link_local: return "a link-local address";
    case AddressKind::documentation: return "an address for documentation";
    case AddressKind::reserved: return "an address that nobody has";
  }
  return "an address";
}

}  // namespace acme
