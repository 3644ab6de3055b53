#include "common/base/ip_address.hpp"

#include <arpa/inet.h>

#include <array>

#include "common/base/text.hpp"

namespace acme {

namespace {

constexpr std::string_view kReverse4 = ".in-addr.arpa";
constexpr std::string_view kReverse6 = ".ip6.arpa";

std::optional<std::uint8_t> octet(std::string_view label) {
  const auto number = parse_number(label);
  if (!number || *number > 255 || label.size() > 3 || (label.size() > 1 && label.front() == '0')) return std::nullopt;
  return static_cast<std::uint8_t>(*number);
}

std::optional<std::uint8_t> nibble(std::string_view label) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  const auto found = label.size() == 1 ? kDigits.find(label.front()) : std::string_view::npos;
  if (found == std::string_view::npos) return std::nullopt;
  return static_cast<std::uint8_t>(found);
}

/// The numbers of the labels, from the last to the first.
template <class Read>
std::optional<std::vector<std::uint8_t>> numbers(std::string_view labels, std::size_t count, Read read) {
  const auto pieces = split(labels, '.');
  if (pieces.size() != count) return std::nullopt;
  std::vector<std::uint8_t> result;
  for (auto piece = pieces.rbegin(); piece != pieces.rend(); ++piece) {
    const auto number = read(*piece);
    if (!number) return std::nullopt;
    result.push_back(*number);
  }
  return result;
}

}  // namespace

std::optional<std::vector<std::uint8_t>> parse_ip(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) return std::nullopt;
  const std::string address{text};
  std::array<std::uint8_t, 16> bytes{};
  if (inet_pton(AF_INET, address.c_str(), bytes.data()) == 1) {
    return std::vector<std::uint8_t>(bytes.begin(), bytes.begin() + 4);
  }
  if (inet_pton(AF_INET6, address.c_str(), bytes.data()) == 1) {
    return std::vector<std::uint8_t>(bytes.begin(), bytes.end());
  }
  return std::nullopt;
}

std::optional<std::string> format_ip(std::span<const std::uint8_t> bytes) {
  if (bytes.size() != 4 && bytes.size() != 16) return std::nullopt;
  std::array<char, INET6_ADDRSTRLEN> text{};
  const int family = bytes.size() == 4 ? AF_INET : AF_INET6;
  if (inet_ntop(family, bytes.data(), text.data(), text.size()) == nullptr) return std::nullopt;
  return std::string{text.data()};
}

std::optional<std::string> ip_of_reverse_name(std::string_view name) {
  if (name.ends_with(kReverse4)) {
    const auto bytes = numbers(name.substr(0, name.size() - kReverse4.size()), 4, octet);
    return bytes ? format_ip(*bytes) : std::nullopt;
  }
  if (!name.ends_with(kReverse6)) return std::nullopt;
  const auto nibbles = numbers(name.substr(0, name.size() - kReverse6.size()), 32, nibble);
  if (!nibbles) return std::nullopt;
  std::vector<std::uint8_t> bytes;
  for (std::size_t i = 0; i < nibbles->size(); i += 2) {
    bytes.push_back(static_cast<std::uint8_t>((*nibbles)[i] * 16 + (*nibbles)[i + 1]));
  }
  return format_ip(bytes);
}

}  // namespace acme
