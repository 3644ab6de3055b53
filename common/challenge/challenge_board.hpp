// ChallengeBoard and ChallengeReader: the challenges that are live now, from the engine to every
// process that serves, through one small file (engine/challenges).
//
//     #acme-challenges 1
//     <token> <key authorization>     live
//     <token>                         withdrawn
//     @<name> <key authorization>     live: tls-alpn-01 (a name, or an IP address, in place of the token)
//     @<name>                         withdrawn
//
// The engine appends a line for each change, and now and then replaces the file by rename; never with
// fsync. (One rename over a file costs a file system like ext4 half a millisecond, one append a
// microsecond; two hundred orders begin at once.) A reader keeps its descriptor and learns from one fstat
// whether the file grew or another took its place (link count 0), so a request with a made-up token
// costs that fstat and no path look-up.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "common/base/result.hpp"

namespace acme {

/// The engine's side.
class ChallengeBoard {
 public:
  virtual ~ChallengeBoard() = default;
  /// Live, for every process, when this returns. Both must be of the alphabet of RFC 8555 §8.1 (checked);
  /// publishing the same again is fine. ErrorKind::malformed, io, permission.
  virtual Status publish(const std::string& token, const std::string& key_authorization) = 0;
  /// No longer answered, soon.
  virtual void withdraw(const std::string& token) = 0;

  /// tls-alpn-01 (RFC 8737): the same for a name, which is an Identifier's value. A handshake names only the name, so
  /// one name has one answer: another one than is live of this engine's is ErrorKind::internal (orders for one name
  /// wait for one another). What an engine before left behind is replaced.
  virtual Status publish_tls_alpn(const std::string& name, const std::string& key_authorization) = 0;
  virtual void withdraw_tls_alpn(const std::string& name) = 0;

  /// Is there something that an engine before published, and this one has not?
  virtual bool inherits() const = 0;
  /// No validation waits for it any more.
  virtual void forget_inherited() = 0;
};

/// `engine_directory` is borrowed. Takes over what an engine before it published within the last hour, so that
/// a validation under way survives a reload or a crash, until forget_inherited() or as soon as nothing of its own is
/// live.
Result<std::unique_ptr<ChallengeBoard>> open_challenge_board(int engine_directory);

/// A serving process's side; usable from several threads at once. Every five seconds it looks whether the
/// directory itself was replaced. Where there is no file it looks for one at most every 10 ms.
class ChallengeReader {
 public:
  /// Opens nothing yet. `state_path`: the state directory; engine/challenges is beneath it.
  explicit ChallengeReader(std::string state_path);
  ~ChallengeReader();

  /// The key authorization for a token that is live, else nullopt. Any bytes may be given: length
  /// (1-128) and alphabet are checked first. noexcept in effect: an error is "not live".
  std::optional<std::string> find(std::string_view token) noexcept;

  /// The key authorization for tls-alpn-01 of a name that is live; `name` as an Identifier's value (a DNS name in
  /// lower case, an IP address in canonical text). Any bytes may be given, at the same cost.
  std::optional<std::string> find_tls_alpn(std::string_view name) noexcept;

 private:
  std::optional<std::string> look_up(std::string_view key);

  struct State;
  std::unique_ptr<State> state_;
};

namespace detail {

/// What the lines of the file amount to.
struct TransparentHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>{}(text); }
};
using LiveChallenges = std::unordered_map<std::string, std::string, TransparentHash, std::equal_to<>>;

inline constexpr std::string_view kChallengesHeader = "#acme-challenges 1\n";
inline constexpr std::size_t kLongestChallenges = std::size_t{8} * 1024 * 1024;

/// 1 to 128 characters of base64url.
bool is_token(std::string_view text) noexcept;
/// 1 to 253 characters of lower-case host names and IP addresses.
bool is_alpn_name(std::string_view text) noexcept;
/// What a name is called among LiveChallenges: no token begins with this character.
std::string alpn_key(std::string_view name);
/// Applies the complete lines of `text` and returns how many bytes they were; a line that is
/// neither form is skipped.
std::size_t apply_challenge_lines(std::string_view text, LiveChallenges& live);

}  // namespace detail

/// "/.well-known/acme-challenge/": what a challenge request's path begins with (RFC 8555 §8.3).
inline constexpr std::string_view kHttp01Prefix = "/.well-known/acme-challenge/";

}  // namespace acme
