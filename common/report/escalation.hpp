// How much a trouble matters after some time: the level at which people are told again. Pure.
//
// With a certificate to serve the level follows what is left of its lifetime, else the age of the trouble.
//
//     lifetime left   more than a third   a third   a fifth   a tenth   none, and each week after
//     level           0                   1         2         3         4, 5, 6, ...
//
//     age             at once or 1 hour   1 day     8 days, and each week after
//     level           1                   2         3, 4, 5, ...
#pragma once

#include <optional>

#include "common/base/time.hpp"

namespace acme {

struct TroubleAge {
  UtcTime since;
  UtcTime now;
  /// Of what is served while the trouble is that it is not renewed.
  std::optional<UtcTime> not_before;
  std::optional<UtcTime> not_after;
  /// May end by itself: with more than a third of the lifetime left nobody is told, with less once it has lasted a
  /// twentieth of what is left; without a lifetime after an hour.
  bool passing = false;
  Seconds patience{0};
};

/// nullopt: nobody is to be told yet.
std::optional<int> escalation_level(const TroubleAge& age);

/// What was told at `told_level`, `told_ago`: is it worth telling again now? A third of the lifetime is no news right
/// after the first notice.
bool is_escalation(int level, int told_level, Seconds told_ago, std::optional<Seconds> lifetime);

}  // namespace acme
