// The text of engine/challenges, as writer and readers share it.
#include "common/challenge/challenge_board.hpp"

namespace acme::detail {

namespace {

constexpr std::size_t kLongestToken = 128;
constexpr std::size_t kLongestAuthorization = 512;

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
  const auto token = line.substr(0, space);
  if (!is_token(token)) return;
  if (space == std::string_view::npos) {
    if (const auto found = live.find(token); found != live.end()) live.erase(found);
    return;
  }
  const auto authorization = line.substr(space + 1);
  if (is_key_authorization(authorization)) live.insert_or_assign(std::string{token}, std::string{authorization});
}

}  // namespace

bool is_token(std::string_view text) noexcept {
  if (text.empty() || text.size() > kLongestToken) return false;
  for (const char c : text) {
    if (!is_base64url(c)) return false;
  }
  return true;
}

std::size_t apply_challenge_lines(std::string_view text, LiveChallenges& live) {
  std::size_t done = 0;
  for (auto end = text.find('\n'); end != std::string_view::npos; end = text.find('\n', done)) {
    apply_line(text.substr(done, end - done), live);
    done = end + 1;
  }
  return done;
}

}  // namespace acme::detail
