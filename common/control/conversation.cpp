#include "common/control/conversation.hpp"

#include <string.h>
#include <sys/socket.h>

#include <cerrno>

namespace acme {

namespace {

constexpr std::size_t kRoom = 64 * 1024;
constexpr std::size_t kProgressRoom = 256 * 1024;
/// For the client to take anything at all.
constexpr Duration kPatience = std::chrono::seconds{10};

}  // namespace

void Conversation::say(const ControlAnswer& answer) {
  if (gone_ || ended_) return;
  if (std::holds_alternative<ControlProgress>(answer) && unsent_.size() > kProgressRoom) return;
  unsent_ += to_json(answer);
  unsent_ += '\n';
  changed_.notify();
}

Task<void> Conversation::room() {
  while (!over() && !scheduler_.cancelled() && unsent_.size() > kRoom) {
    co_await changed_.wait_until(std::nullopt);
  }
}

void Conversation::stop() {
  stopping_ = true;
  changed_.notify();
}

void Conversation::end() {
  ended_ = true;
  changed_.notify();
}

void Conversation::lost() {
  gone_ = true;
  ::explicit_bzero(unsent_.data(), unsent_.size());  // a key may be in it
  unsent_.clear();
  changed_.notify();
}

Task<void> Conversation::write_out(Descriptors& descriptors, int fd) {
  for (;;) {
    if (unsent_.empty()) {
      if (ended_) co_return;
      const Wake wake = co_await changed_.wait_until(std::nullopt);
      // Cancelled: the command ends now; it may have a last word.
      if (wake == Wake::cancelled && unsent_.empty()) co_return;
      continue;
    }
    const ssize_t sent = ::send(fd, unsent_.data(), unsent_.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0) {
      ::explicit_bzero(unsent_.data(), static_cast<std::size_t>(sent));
      unsent_.erase(0, static_cast<std::size_t>(sent));
      changed_.notify();
      continue;
    }
    if (errno == EINTR) continue;
    if (errno != EAGAIN && errno != EWOULDBLOCK) co_return lost();
    const Wake wake = co_await descriptors.writable(fd, scheduler_.clock().steady_now() + kPatience);
    if (wake != Wake::ready) co_return lost();
  }
}

}  // namespace acme
