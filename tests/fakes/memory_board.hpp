// MemoryBoard: a ChallengeBoard that a simulated CA reads; it outlives engines, as the file does.
#pragma once

#include <map>
#include <string>

#include "common/challenge/challenge_board.hpp"

namespace acme_test {

class MemoryBoard final : public acme::ChallengeBoard {
 public:
  acme::Status publish(const std::string& token, const std::string& key_authorization) override {
    if (full) return acme::Error{acme::ErrorKind::io, "No space left on device"};
    live[token] = key_authorization;
    return {};
  }
  void withdraw(const std::string& token) override { live.erase(token); }

  std::map<std::string, std::string> live;
  bool full = false;
};

}  // namespace acme_test
