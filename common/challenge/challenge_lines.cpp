// The text of engine/challenges, as writer and readers share it.
#include "common/challenge/challenge_board.hpp"

namespace acme::detail {

namespace {

constexpr std::size_t kLongestToken = 128;
constexpr std::size_t kLongestName = 253;
constexpr std::size_t kLongestAuthorization = 512;
constexpr char kAlpnMark = '@';

bool is_base64url(char c) noexcept {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

/// token "." thumbprint
bool is_key_authorization(std::string_view text) noexcept {
  if (text.empty() || text.size() > kLongestAuthorization) return false;
  for (const char c : text) {
    if (!is_base64url(c) && c != '.') return false;
  }
  return true;
}

void apply_line(std::string_view line, LiveChallenges& live) {
  const auto space = line.find(' ');
  const auto key = line.substr(0, space);
  const bool alpn = key.starts_with(kAlpnMark);
  if (alpn ? !is_alpn_name(key.substr(1)) : !is_token(key)) return;
  if (space == std::string_view::npos) {
    if (const auto found = live.find(key); found != live.end()) live.erase(found);
    return;
  }
  const auto authorization = line.substr(space + 1);
  if (is_key_authorization(authorization)) live.insert_or_assign(std::string{key}, std::string{authorization});
}

}  // namespace

bool is_token(std::string_view text) noexcept {
  if (text.empty() || text.size() > kLongestToken) return false;
  for (const char c : text) {
    if (!is_base64url(c)) return false;
  }
  return true;
}

bool is_alpn_name(std::string_view text) noexcept {
  if (text.empty() || text.size() > kLongestName) return false;
  for (const char c : text) {
    const bool allowed =
        (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == ':';
    if (!allowed) return false;
  }
  return true;
}

std::string alpn_key(std::string_view name) { return std::string{kAlpnMark}.append(name); }

std::size_t apply_challenge_lines(std::string_view text, LiveChallenges& live) {
  std::size_t done = 0;
  for (auto end = text.find('\n'); end != std::string_view::npos; end = text.find('\n', done)) {
    apply_line(text.substr(done, end - done), live);
    done = end + 1;
  }
  return done;
}

}  // namespace acme::detail
