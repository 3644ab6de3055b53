// NoticeBook: who looks tells it again and again what is wrong; it says what people are to be told now, once.
//
// Troubles of one cause at one issuer are gathered for a few seconds and told together. A trouble is told again when
// its cause changes, when it grows (escalation.hpp) and when it is over; nothing is told of one that ends before it
// mattered. What was told is remembered (lines(), take_up()), so that a restart repeats nothing.
//
// Pure: time comes in, notices go out. Their id, host and server are filled in by the caller.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "common/report/notice.hpp"
#include "common/report/trouble.hpp"

namespace acme {

/// What is known of one certificate's trouble beyond the moment.
struct TroubleCase {
  Trouble trouble;  // as it was seen last
  UtcTime since;
  UtcTime seen;
  bool wrong = true;              // when looked last
  bool over = false;              // to be told that it works again
  std::optional<int> told_level;  // nullopt: nobody was told
  UtcTime told;                   // last
  std::set<std::string> causes_told;
};

class NoticeBook {
 public:
  /// nullopt: it is not configured any more.
  using FactsOf = std::function<std::optional<TroubledCertificate>(const std::string& certificate_id)>;

  /// `wrong`: all that is wrong at this moment. What is to be told of it.
  std::vector<Notice> follow(const std::vector<Trouble>& wrong, const FactsOf& facts_of, UtcTime now);
  /// It has a new version: told with others by the next follow() of some seconds later.
  void renewed(const TroubledCertificate& certificate, UtcTime now);

  /// Has what lines() says changed since it was asked last?
  bool changed() const noexcept { return changed_; }
  /// What a later book must know, one JSON object each.
  std::vector<std::string> lines();
  /// One line of an earlier book; of any other nothing.
  void take_up(const Json& line);
  std::size_t size() const noexcept { return cases_.size(); }

 private:
  using Key = std::pair<Aspect, std::string>;                           // and certificate
  using GroupKey = std::tuple<Aspect, bool, std::string, std::string>;  // is it over, issuer, cause
  struct Due {
    TroubleCase* found = nullptr;
    int level = 0;
  };
  struct Gathering {
    UtcTime first;
    UtcTime grown;
    std::size_t size = 0;
  };

  void note(const Trouble& trouble, UtcTime now);
  void look_at_the_rest(const FactsOf& facts_of, UtcTime now);
  std::map<GroupKey, std::vector<Due>> due(UtcTime now);
  bool is_gathered(const GroupKey& key, const std::vector<Due>& group, UtcTime now);
  static GroupKey group_of(const TroubleCase& found);
  std::map<GroupKey, std::size_t> known() const;
  Notice tell(const GroupKey& key, const std::vector<Due>& group, std::size_t known_before, UtcTime now);

  std::map<Key, TroubleCase> cases_;
  std::map<GroupKey, Gathering> gathering_;
  std::map<GroupKey, UtcTime> last_told_;
  bool changed_ = false;
};

}  // namespace acme
