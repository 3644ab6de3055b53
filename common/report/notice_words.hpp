// What a notice says: a title and some lines in plain words, for one certificate or for many of one cause. Pure.
#pragma once

#include <vector>

#include "common/report/notice.hpp"

namespace acme {

struct TroubleCase;

struct NoticeFacts {
  std::vector<TroubleCase*> cases;  // at least one; of one aspect, issuer and cause
  bool over = false;
  bool told_before = false;  // one of them
  int level = 0;             // escalation.hpp
  std::size_t affected = 0;  // in all, those told of before too
  UtcTime now;
};

/// All but id, host and server. What a CA said is cleaned and cut.
Notice notice_about(const NoticeFacts& facts);

/// For `acmectl notify-test`.
Notice test_notice(UtcTime now);

/// One in place of many that came too fast: what they said in one line each, the first of them; `count` in all.
Notice summary_notice(const std::vector<std::string>& titles, std::size_t count, NoticeEvent event,
                      NoticeSeverity severity, UtcTime now);

}  // namespace acme
