#include "common/preflight/live_probe.hpp"

#include <utility>

#include "common/base/text.hpp"
#include "common/crypto/digest.hpp"

namespace acme {

namespace {

constexpr std::size_t kRandomBytes = 32;

}  // namespace

Result<std::string> made_up_answer() {
  const auto answer = random_secret(kRandomBytes);
  if (!answer) return answer.error();
  return cat("preflight-", base64url_encode(answer->view()));
}

Result<LiveProbe> LiveProbe::publish(ChallengeBoard& board) {
  const auto token = random_secret(kRandomBytes);
  if (!token) return token.error();
  auto answer = made_up_answer();
  if (!answer) return std::move(answer).error();
  LiveProbe probe{board, base64url_encode(token->view()), *std::move(answer)};
  auto published = board.publish(probe.token_, probe.answer_);
  if (!published) return std::move(published).error();
  return probe;
}

LiveProbe::LiveProbe(LiveProbe&& other) noexcept
    : board_{std::exchange(other.board_, nullptr)},
      token_{std::move(other.token_)},
      answer_{std::move(other.answer_)} {}

LiveProbe::~LiveProbe() {
  if (board_ != nullptr) board_->withdraw(token_);
}

}  // namespace acme
