// Hashes, MACs, key derivation, sealing and random bytes.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.hpp"
#include "common/base/secret.hpp"

namespace acme {

using Bytes = std::vector<std::uint8_t>;

Result<std::array<std::uint8_t, 32>> sha256(std::string_view bytes);
/// For APIs that sign with it (OVH), for nothing new.
Result<std::array<std::uint8_t, 20>> sha1(std::string_view bytes);

enum class MacAlgorithm : std::uint8_t { hs256, hs384, hs512 };
/// HMAC (RFC 2104) for an external account binding (RFC 8555 §7.3.4).
Result<Bytes> hmac(MacAlgorithm algorithm, std::string_view key, std::string_view bytes);

/// `size` bytes from OpenSSL's private random generator.
Result<Secret> random_secret(std::size_t size);
/// `bytes` random bytes as hex, for temporary names.
Result<std::string> random_hex(std::size_t bytes);

/// AES-256-GCM under HKDF-SHA256(secret, info = context), with `context` as associated data too:
/// a sealed text moved to another place does not open. Returns version byte (1) || 12-byte nonce ||
/// ciphertext || 16-byte tag. No password KDF: the secret is 32 random bytes, and ten thousand
/// keys are opened at a configuration load.
Result<Bytes> seal(const Secret& secret, std::string_view context, std::string_view plain);
/// ErrorKind::crypto when the secret or the context is another one, or a bit was changed.
Result<Secret> open_sealed(const Secret& secret, std::string_view context, std::string_view sealed);

}  // namespace acme
