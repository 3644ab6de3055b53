// What a request for the status page asks for: its query, read and written again as a link.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.hpp"
#include "common/report/standing.hpp"

namespace acme {

enum class StatusFormat : std::uint8_t { html, json, open_metrics, prometheus };

inline constexpr std::size_t kFewestPerPage = 10;
inline constexpr std::size_t kUsualPerPage = 50;
inline constexpr std::size_t kMostPerPage = 200;
/// Bytes; a longer query is not read.
inline constexpr std::size_t kLongestQuery = 8192;
/// Bytes of a search or an id; what is longer is cut, and matches nothing.
inline constexpr std::size_t kLongestWord = 512;

/// Any bytes may be in its texts.
struct StatusQuestion {
  std::optional<StatusFormat> format;  // `format=`: html, json, metrics (which is prometheus here)
  std::string certificate;             // its id; empty: the overview
  std::vector<CertificateStanding> standings;
  std::string search;
  std::size_t page = 1;
  std::size_t per_page = kUsualPerPage;

  bool is_filtered() const { return !standings.empty() || !search.empty(); }
};

/// `format`, `certificate`, `state` (several by commas, or repeated), `q`, `page`, `per_page`; others are left alone,
/// an empty value is none, numbers out of their range become the nearest in it. ErrorKind::malformed: a format or a
/// state that does not exist.
Result<StatusQuestion> parse_status_query(std::string_view query);

/// What `format=` says, whatever else is wrong with the query.
std::optional<StatusFormat> asked_format(std::string_view query);

/// Of what link_to() returns: a search and an id of kLongestWord bytes, each byte encoded.
inline constexpr std::size_t kLongestLink = 8 * kLongestWord;

/// The reference that asks just this, relative to the page itself: "?state=failing&page=2"; for an attribute it has to
/// be escaped.
std::string link_to(const StatusQuestion& question);
std::string link_to_certificate(const std::string& id);

}  // namespace acme
