// DailyWindow: a span of every day by the wall clock of a time zone ("02:00-05:00 Europe/Berlin"), in which
// renewals or reloads may happen. Pure once it is parsed.
#pragma once

#include <memory>
#include <string_view>

#include "common/base/result.hpp"
#include "common/base/time.hpp"
#include "common/base/time_zone.hpp"

namespace acme {

class DailyWindow {
 public:
  /// "02:00-05:00"; one that ends before it begins runs over midnight. `zone`: see TimeZone::load(); empty: the
  /// machine's own. ErrorKind::configuration.
  static Result<DailyWindow> parse(std::string_view span, std::string_view zone);

  bool contains(UtcTime time) const;
  /// `time` itself inside the window, else the next moment at which it opens.
  UtcTime next(UtcTime time) const;

 private:
  Seconds begin_{0};  // since midnight
  Seconds end_{0};
  std::shared_ptr<const TimeZone> zone_;
};

}  // namespace acme
