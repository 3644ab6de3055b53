// ChallengeBoard and ChallengeReader: the challenges that are live now, from the engine to every
// process that serves, through one small file (engine/challenges).
//
// The engine rewrites the file by rename, without fsync: challenges do not outlive an order. A
// reader keeps its descriptor and learns from fstat (link count 0) that another file took its place, so
// a request with a made-up token costs one fstat on an open descriptor and no path look-up.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/result.hpp"

namespace acme {

/// The engine's side.
class ChallengeBoard {
 public:
  virtual ~ChallengeBoard() = default;
  /// Live, for every process, when this returns. Tokens are base64url (checked).
  virtual Status publish(const std::string& token, const std::string& key_authorization) = 0;
  /// No longer answered, soon.
  virtual void withdraw(const std::string& token) = 0;
};

/// `engine_directory` is borrowed. Starts with an empty file. Changes that are made before the loop
/// comes round again may be written together by flush(); publish() writes at once.
Result<std::unique_ptr<ChallengeBoard>> open_challenge_board(int engine_directory);

/// A serving process's side; usable from several threads at once.
class ChallengeReader {
 public:
  /// Opens nothing yet. `state_path`: the state directory; engine/challenges is beneath it.
  explicit ChallengeReader(std::string state_path);
  ~ChallengeReader();

  /// The key authorization for a token that is live, else nullopt. Any bytes may be given: length
  /// (1-128) and alphabet are checked first. noexcept in effect: an error is "not live".
  std::optional<std::string> find(std::string_view token) noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// "/.well-known/acme-challenge/": what a challenge request's path begins with (RFC 8555 §8.3).
inline constexpr std::string_view kHttp01Prefix = "/.well-known/acme-challenge/";

}  // namespace acme
