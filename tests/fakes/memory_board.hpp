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

  acme::Status publish_tls_alpn(const std::string& name, const std::string& key_authorization) override {
    if (full) return acme::Error{acme::ErrorKind::io, "No space left on device"};
    const auto before = live_alpn.find(name);
    if (before != live_alpn.end() && before->second != key_authorization) {
      return acme::Error{acme::ErrorKind::internal, "another tls-alpn-01 challenge for " + name + " is under way"};
    }
    live_alpn[name] = key_authorization;
    return {};
  }
  void withdraw_tls_alpn(const std::string& name) override { live_alpn.erase(name); }
  bool inherits() const override { return false; }
  void forget_inherited() override {}

  std::map<std::string, std::string> live;       // by token
  std::map<std::string, std::string> live_alpn;  // by name
  bool full = false;
};

}  // namespace acme_test
