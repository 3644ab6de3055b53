// JsonText: a JSON document in the making, piece by piece, so that a page of certificates is never one large text.
// Every text is cleaned and cut as on the HTML page, and "<", ">" and "&" are written as \u escapes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/time.hpp"
#include "common/report/pieces.hpp"

namespace acme {

/// Members in the order of the calls; a key is a literal of this source. An empty text and a time that is not there
/// leave no member.
class JsonText {
 public:
  JsonText& begin_object(std::string_view key = {});
  JsonText& end_object();
  JsonText& begin_array(std::string_view key = {});
  JsonText& end_array();

  JsonText& text(std::string_view key, std::string_view value);
  JsonText& number(std::string_view key, std::int64_t value);
  JsonText& number(std::string_view key, std::uint64_t value);
  JsonText& flag(std::string_view key, bool value);
  JsonText& time(std::string_view key, const std::optional<UtcTime>& value);
  /// Seconds, with three decimals.
  JsonText& seconds(std::string_view key, std::chrono::milliseconds value);
  JsonText& texts(std::string_view key, const std::vector<std::string>& values);
  /// An item of an array, also when it is empty.
  JsonText& item(std::string_view value);

  std::vector<std::string> pieces() &&;

 private:
  void next(std::string_view key);
  void quoted(std::string_view text);

  Pieces pieces_{kPagePiece};
  bool first_ = true;  // in the innermost object or array
};

}  // namespace acme
