#include "tests/simulation/order_watch.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>

#include "common/base/text.hpp"

namespace acme_test {

using namespace acme;
using std::chrono::seconds;

namespace {

/// From a CA's answer to the engine's store: the way back, and no more.
constexpr Duration kUntilStored = seconds{1};
/// From a line to what it tells of: a new key is made in between.
constexpr Duration kMemory = seconds{5};

/// It is of the order that comes, not of the one that went.
bool begins_something(const std::string& line) {
  constexpr std::string_view kBeginnings[] = {"obtaining the certificate from", "renewing the certificate from",
                                              "going on with the order"};
  return std::any_of(std::begin(kBeginnings), std::end(kBeginnings),
                     [&](std::string_view words) { return line.find(words) != std::string::npos; });
}

}  // namespace

void OrderWatch::made(const std::string& url, const Names& names) {
  // A CA may answer with one that it made before.
  const auto is_it = [&](const auto& row) { return row.second.url == url; };
  if (std::none_of(stored_.begin(), stored_.end(), is_it)) made_.push_back({url, names, clock_.steady_now(), {}, {}});
}

void OrderWatch::stored(const std::string& certificate, const StoredOrder* order) {
  const auto before = stored_.find(certificate);
  const std::string url = order != nullptr ? order->order_url : std::string{};
  if (before != stored_.end()) {
    if (before->second.url == url) return;
    gone_.push_back(std::move(before->second));
    stored_.erase(before);
  }
  if (url.empty()) return;
  std::erase_if(made_, [&](const Order& one) { return one.url == url; });
  stored_[certificate] = {url, order->names, clock_.steady_now(), certificate, std::string{order->key_pem.view()}};
}

void OrderWatch::excuse() {
  made_.clear();
  gone_.clear();
}

bool OrderWatch::told(const Order& order) const {
  return std::any_of(lines_.begin(), lines_.end(), [&](const Line& one) {
    const std::string& line = one.text;
    if (begins_something(line)) return false;
    return line.find(order.url) != std::string::npos ||
           std::any_of(order.names.begin(), order.names.end(),
                       [&](const Identifier& name) { return line.starts_with(name.value); });
  });
}

void OrderWatch::check() {
  for (const auto& order : gone_) {
    if (!told(order) && !is_stored_(order.certificate, order.key_pem))
      history_.violated(cat("the order ", order.url, " is forgotten without a line"));
  }
  std::erase_if(made_, [this](const Order& order) { return told(order); });
  for (const auto& order : made_) {
    if (clock_.steady_now() - order.since < kUntilStored) continue;
    history_.violated(cat("the order ", order.url, " is neither stored nor told of"));
  }
  gone_.clear();
  while (!lines_.empty() && clock_.steady_now() - lines_.front().when > kMemory) lines_.pop_front();
}

}  // namespace acme_test
