// Html: a page in the making. Markup is what is written in this source; everything else goes through text(), which
// cleans, cuts and escapes it, so that nothing foreign can become markup.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/time.hpp"
#include "common/report/pieces.hpp"

namespace acme {

/// Markup that the compiler saw: only a literal becomes one.
struct Markup {
  std::string_view text;
  consteval Markup(const char* literal) : text{literal} {}  // NOLINT: a literal is markup
};

/// Bytes of a text that are shown.
inline constexpr std::size_t kShownName = 255;
inline constexpr std::size_t kShownText = 2000;

class Html {
 public:
  Html& tag(Markup markup);
  /// For an element's text or an attribute's value in double quotes. Control bytes, marks that reorder text and invalid
  /// UTF-8 are gone from it, and what is longer than `limit` is cut.
  Html& text(std::string_view foreign, std::size_t limit = kShownText);
  Html& number(std::uint64_t number);
  /// The constants of page_style.hpp and page_script.hpp.
  Html& constant(std::string_view markup);

  std::vector<std::string> pieces() &&;

 private:
  Pieces pieces_{kPagePiece};
};

/// Foreign text in a <span>, or nothing at all: an element without text is no valid page.
void add_said(Html& html, std::string_view foreign, std::size_t limit = kShownText);

/// The same of what is to be done: `words in backticks` are what an operator types, in a <code>.
void add_advice(Html& html, std::string_view advice);

/// "in 29 days", "3 min ago", "now".
std::string relative_time(UtcTime time, UtcTime now);
/// "2027-02-01 10:00:05", in UTC, which the page says once.
std::string absolute_time(UtcTime time);
/// A <time> with what relative_time() says, and the absolute one as its title.
void add_relative(Html& html, UtcTime time, UtcTime now);
/// "2027-02-01 10:00 (in 29 days)" as a <time>.
void add_absolute(Html& html, UtcTime time, UtcTime now);
/// "350 ms", "2.5 s", "4 min".
std::string duration_words(std::chrono::milliseconds took);
/// Nothing a page says lies outside the years 1 to 9999, whatever a damaged record holds.
UtcTime within_calendar(UtcTime time);

}  // namespace acme
