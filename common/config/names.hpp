// Names: from what stands in server_name, ServerName or acme_certificate to identifiers.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/base/identifier.hpp"
#include "common/base/result.hpp"

namespace acme {

/// One name as an identifier: lower case, no trailing dot, letters outside ASCII as A-labels (xn--...); an IP address
/// in canonical form.
/// ErrorKind::configuration says what is wrong with it and what is accepted. A single label and a
/// reserved name ("localhost", "x.local") are fine here; see not_public().
Result<Identifier> parse_name(std::string_view text);

/// Why no CA can issue for this name: "a single label", "reserved"; empty when one could.
/// ".test" counts only with `public_ca`: a local CA may well serve it.
std::string not_public(const Identifier& name, bool public_ca);

/// Names of one virtual host that can be in a certificate, in the order written and without
/// repeats, and what was left out and why.
struct HostNames {
  std::vector<Identifier> usable;
  std::vector<std::string> left_out;  // "~^www (a regular expression)"
  bool leading_dot = false;           // ".example.com" was read as example.com + www.example.com
  /// Written in UTF-8 only: no client asks for that form, so the virtual host is not found by it. "bücher.example
  /// (clients ask for xn--...)"
  std::vector<std::string> never_asked_for;
};
HostNames host_names(const std::vector<std::string>& written, bool public_ca);

}  // namespace acme
