#include "common/report/notice_book.hpp"

#include <algorithm>

#include "common/report/escalation.hpp"
#include "common/report/notice_words.hpp"

namespace acme {

namespace {

/// Others that fail for the same reason follow within moments.
constexpr Seconds kQuiet{5};
constexpr Seconds kGatheredWithin{30};
/// Between two notices of one cause, as long as there is time.
constexpr Seconds kBetween = std::chrono::hours{1};
constexpr Seconds kBetweenExpired = std::chrono::minutes{10};
/// Something that is no trouble now and yet was not seen to end.
constexpr Seconds kForgottenAfter = std::chrono::days{30};
constexpr std::size_t kMostCauses = 10;

std::optional<int> level_of(const TroubleCase& found, UtcTime now) {
  const Trouble& trouble = found.trouble;
  if (trouble.aspect == Aspect::renewal) return 0;
  TroubleAge age;
  age.since = found.since;
  age.now = now;
  age.passing = trouble.passing;
  age.patience = trouble.patience;
  if (trouble.aspect == Aspect::order) {
    age.not_before = trouble.certificate.not_before;
    age.not_after = trouble.certificate.not_after;
  }
  return escalation_level(age);
}

std::optional<Seconds> lifetime_of(const Trouble& trouble) {
  const TroubledCertificate& facts = trouble.certificate;
  if (!facts.not_before || !facts.not_after) return std::nullopt;
  return *facts.not_after - *facts.not_before;
}

bool is_news(const TroubleCase& found, int level, UtcTime now) {
  if (!found.told_level) return true;
  if (is_escalation(level, *found.told_level, now - found.told, lifetime_of(found.trouble))) return true;
  // Days without an answer amid others are no other trouble.
  return !found.trouble.passing && !found.causes_told.contains(found.trouble.cause) &&
         found.causes_told.size() < kMostCauses;
}

bool has_ended(const TroubleCase& found, const TroubledCertificate& facts) {
  if (found.trouble.aspect == Aspect::serving) return facts.live;
  return facts.version > found.trouble.certificate.version;
}

/// The less time is left the sooner others of the same cause are told.
Seconds pause_between(const std::vector<TroubleCase*>& group, UtcTime now) {
  Seconds pause = kBetween;
  for (const auto* found : group) {
    const auto& not_after = found->trouble.certificate.not_after;
    if (!not_after) continue;
    const Seconds left = *not_after - now;
    pause = std::min(pause, left.count() > 0 ? left / 10 : kBetweenExpired);
  }
  return pause;
}

}  // namespace

void NoticeBook::note(const Trouble& trouble, UtcTime now) {
  const auto [place, fresh] = cases_.try_emplace({trouble.aspect, trouble.certificate.id});
  TroubleCase& found = place->second;
  const bool another = !fresh && found.trouble.certificate.version < trouble.certificate.version;
  // It had ended meanwhile, and nobody looked.
  if (another) found = TroubleCase{};
  if (fresh || another || found.since > now) found.since = now;
  changed_ = changed_ || fresh || another || found.over;
  found.trouble = trouble;
  found.seen = now;
  found.wrong = true;
  found.over = false;
}

void NoticeBook::look_at_the_rest(const FactsOf& facts_of, UtcTime now) {
  for (auto place = cases_.begin(); place != cases_.end();) {
    TroubleCase& found = place->second;
    if (found.wrong || found.trouble.aspect == Aspect::renewal) {
      ++place;
      continue;
    }
    if (found.seen == UtcTime{}) found.seen = now;  // of an earlier life
    const auto facts = facts_of(place->first.second);
    const bool ended = facts && has_ended(found, *facts);
    const bool forgotten = !facts || now - found.seen > kForgottenAfter || (ended && !found.told_level);
    if (forgotten) {
      changed_ = true;
      place = cases_.erase(place);
      continue;
    }
    if (ended && !found.over) {
      found.over = changed_ = true;
      const std::uint64_t version = found.trouble.certificate.version;
      found.trouble.certificate = *facts;
      // Until it is told the end must be found again, after a restart too.
      found.trouble.certificate.version = version;
    }
    ++place;
  }
}

std::map<NoticeBook::GroupKey, std::vector<NoticeBook::Due>> NoticeBook::due(UtcTime now) {
  std::map<GroupKey, std::vector<Due>> groups;
  for (auto& [key, found] : cases_) {
    if (found.over) {
      groups[group_of(found)].push_back({&found, 0});
    } else if (found.wrong) {
      const auto level = level_of(found, now);
      if (level && is_news(found, *level, now)) groups[group_of(found)].push_back({&found, *level});
    }
  }
  return groups;
}

bool NoticeBook::is_gathered(const GroupKey& key, const std::vector<Due>& group, UtcTime now) {
  const auto [place, fresh] = gathering_.try_emplace(key, Gathering{now, now, 0});
  Gathering& gathering = place->second;
  if (group.size() > gathering.size) gathering.grown = now;
  gathering.size = group.size();
  const bool clock_set = now < gathering.first;
  if (!clock_set && now - gathering.grown < kQuiet && now - gathering.first < kGatheredWithin) return false;
  const auto told = last_told_.find(key);
  if (told == last_told_.end() || told->second > now) return true;
  std::vector<TroubleCase*> cases;
  for (const auto& one : group) cases.push_back(one.found);
  return now - told->second >= pause_between(cases, now);
}

NoticeBook::GroupKey NoticeBook::group_of(const TroubleCase& found) {
  const Trouble& trouble = found.trouble;
  return {trouble.aspect, found.over, trouble.certificate.issuer, trouble.cause};
}

/// By group: those of which people know, or are to be told that they are over.
std::map<NoticeBook::GroupKey, std::size_t> NoticeBook::known() const {
  std::map<GroupKey, std::size_t> counts;
  for (const auto& [key, found] : cases_) {
    if (found.told_level || found.over) ++counts[group_of(found)];
  }
  return counts;
}

Notice NoticeBook::tell(const GroupKey& key, const std::vector<Due>& group, std::size_t known_before, UtcTime now) {
  NoticeFacts facts;
  facts.affected = known_before;
  facts.over = std::get<bool>(key);
  facts.now = now;
  for (const auto& [found, level] : group) {
    facts.cases.push_back(found);
    facts.told_before = facts.told_before || found->told_level.has_value();
    facts.level = std::max(facts.level, level);
  }
  for (const auto& [found, level] : group) {
    if (!found->told_level && !found->over) ++facts.affected;
    found->told_level = std::max(level, found->told_level.value_or(level));
    found->told = now;
    found->causes_told.insert(found->trouble.cause);
  }
  Notice notice = notice_about(facts);
  for (const auto& [found, level] : group) {
    if (!found->over && found->trouble.aspect != Aspect::renewal) continue;
    cases_.erase({found->trouble.aspect, found->trouble.certificate.id});
  }
  return notice;
}

std::vector<Notice> NoticeBook::follow(const std::vector<Trouble>& wrong, const FactsOf& facts_of, UtcTime now) {
  for (auto& [key, found] : cases_) found.wrong = key.first == Aspect::renewal;
  for (const auto& trouble : wrong) note(trouble, now);
  look_at_the_rest(facts_of, now);
  std::erase_if(last_told_, [&](const auto& row) { return row.second > now || now - row.second > kBetween; });
  const auto groups = due(now);
  std::erase_if(gathering_, [&](const auto& row) { return !groups.contains(row.first); });
  std::vector<Notice> notices;
  // Once for all: a CA that makes up an error for each certificate makes as many groups.
  std::map<GroupKey, std::size_t> counts;
  if (!groups.empty()) counts = known();
  for (const auto& [key, group] : groups) {
    if (!is_gathered(key, group, now)) continue;
    notices.push_back(tell(key, group, counts[key], now));
    gathering_.erase(key);
    last_told_[key] = now;
    changed_ = true;
  }
  return notices;
}

void NoticeBook::renewed(const TroubledCertificate& certificate, UtcTime now) {
  Trouble trouble;
  trouble.aspect = Aspect::renewal;
  trouble.event = NoticeEvent::renewed;
  trouble.certificate = certificate;
  note(trouble, now);
  changed_ = true;
}

}  // namespace acme
