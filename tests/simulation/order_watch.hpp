// OrderWatch: no order is forgotten in silence. Each that the engine knows of is stored until it has ended, and goes
// with a line that names it or its certificate, or because its certificate is stored.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "common/store/store.hpp"
#include "tests/simulation/history.hpp"

namespace acme_test {

class OrderWatch {
 public:
  using Names = std::vector<acme::Identifier>;

  /// Is a certificate with this key stored?
  using HasKey = std::function<bool(const std::string& certificate, const std::string& key_pem)>;

  /// Both borrowed; `clock` is the one that is true.
  OrderWatch(const acme::Clock& clock, History& history, HasKey is_stored)
      : clock_{clock}, history_{history}, is_stored_{std::move(is_stored)} {}

  /// A CA made it, and its answer is on the way to a living engine.
  void made(const std::string& url, const Names& names);
  /// What is stored for one certificate now; nullptr: nothing.
  void stored(const std::string& certificate, const acme::StoredOrder* order);
  /// An engine's line.
  void logged(const std::string& line) { lines_.push_back({line, clock_.steady_now()}); }
  /// An engine ended: it may have had no time for a word.
  void excuse();
  /// All that happens at this moment has happened.
  void check();

 private:
  struct Order {
    std::string url;
    Names names;
    acme::SteadyTime since;
    std::string certificate;
    std::string key_pem;
  };
  struct Line {
    std::string text;
    acme::SteadyTime when;
  };
  /// A line names it or its certificate, and begins nothing.
  bool told(const Order& order) const;

  const acme::Clock& clock_;
  History& history_;
  HasKey is_stored_;
  std::deque<Line> lines_;   // of the last seconds
  std::vector<Order> made_;  // and not stored so far
  std::vector<Order> gone_;  // at this moment
  std::map<std::string, Order> stored_;
};

}  // namespace acme_test
