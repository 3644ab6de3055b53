// LiveChallenges: what one certificate's order has on the challenge board.
#pragma once

#include <string>
#include <vector>

#include "common/challenge/challenge_board.hpp"

namespace acme {

/// Stays live while the order does, even when the flow ends before it: a CA that was told to validate asks whenever
/// it likes, a reload or a lost answer meanwhile or not. So it outlives flows, and its end withdraws nothing.
class LiveChallenges {
 public:
  explicit LiveChallenges(ChallengeBoard& board) : board_{board} {}
  LiveChallenges(const LiveChallenges&) = delete;
  LiveChallenges& operator=(const LiveChallenges&) = delete;

  /// Errors: those of ChallengeBoard.
  Status publish(const std::string& token, const std::string& key_authorization);
  Status publish_tls_alpn(const std::string& name, const std::string& key_authorization);
  /// The order is done or gone: takes all of them back.
  void withdraw();

 private:
  ChallengeBoard& board_;
  std::vector<std::string> tokens_;
  std::vector<std::string> alpn_names_;
};

}  // namespace acme
