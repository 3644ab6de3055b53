// ObjectReader: reads the members of one JSON object of a CA.
//
// The first member that is missing or wrong is kept as the error, so that a parser reads straight on
// and asks once, with finish(). What is read after it is empty.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/identifier.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"
#include "common/json/json.hpp"

namespace acme {

template <class Status>
struct StatusName {
  std::string_view name;
  Status status;
};

class ObjectReader {
 public:
  /// `what` names the object in messages: "order". ErrorKind::malformed when `body` is no JSON.
  static Result<ObjectReader> open(const char* what, std::string_view body, bool allow_http);
  ObjectReader(const char* what, Json object, bool allow_http);

  /// A URL that is acceptable_url(); "" when it is not required and not there.
  std::string url(const char* member, bool required);
  /// An array, required, of at most `limit` entries.
  std::vector<Json> list(const char* member, std::size_t limit);
  std::vector<std::string> urls(const char* member, std::size_t limit);
  /// The member "status", required, one of `names`.
  template <class Status, std::size_t Size>
  Status status(const std::array<StatusName<Status>, Size>& names) {
    const auto value = object_["status"].string();
    for (const auto& row : names) {
      if (value == row.name) return row.status;
    }
    refuse_status(value);
    return names.front().status;
  }
  /// An RFC 3339 time; none when it is not there or unreadable: nothing depends on it.
  std::optional<UtcTime> time(const char* member) const;
  /// The member "error".
  std::optional<Error> problem() const;
  /// `value` as an identifier in its canonical form; `member` names it in the message.
  Identifier identifier(const char* member, const Json& value);

  void refuse_member(const char* member, const std::string& why);
  const Json& object() const { return object_; }

  /// `object`, or what was wrong first.
  template <class Object>
  Result<Object> finish(Object object) {
    if (error_) return *std::move(error_);
    return object;
  }

 private:
  void refuse(const std::string& why);
  void refuse_status(const std::optional<std::string>& value);

  const char* what_;
  Json object_;
  bool allow_http_;
  std::optional<Error> error_;
};

}  // namespace acme
