// LiveProbe: a token of our own on the challenge board, so that a request for it shows whether it reached this server.
#pragma once

#include <string>

#include "common/challenge/challenge_board.hpp"

namespace acme {

/// 256 random bits; no key authorization (it has no dot), so no CA can be made to accept it for anything.
/// ErrorKind::crypto.
Result<std::string> made_up_answer();

/// Token and answer are 256 random bits each; the answer is no key authorization (it has no dot), so no CA can be made
/// to accept it for anything. Withdrawn at its end.
class LiveProbe {
 public:
  /// Errors: those of ChallengeBoard::publish, crypto.
  static Result<LiveProbe> publish(ChallengeBoard& board);
  LiveProbe(LiveProbe&& other) noexcept;
  LiveProbe& operator=(LiveProbe&&) = delete;
  ~LiveProbe();

  const std::string& token() const noexcept { return token_; }
  const std::string& answer() const noexcept { return answer_; }

 private:
  LiveProbe(ChallengeBoard& board, std::string token, std::string answer)
      : board_{&board}, token_{std::move(token)}, answer_{std::move(answer)} {}

  ChallengeBoard* board_;
  std::string token_;
  std::string answer_;
};

}  // namespace acme
