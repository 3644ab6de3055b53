// Names: from what stands in server_name, ServerName or acme_certificate to identifiers.
#pragma once

#include <functional>
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
  /// "example.com and www.example.com": what a name with a leading dot was read as; empty: there was none.
  std::string leading_dot;
  /// Written in UTF-8 only: no client asks for that form, so the virtual host is not found by it. "bücher.example
  /// (clients ask for xn--...)"
  std::vector<std::string> never_asked_for;
};
/// `wildcards`: can this wildcard be proved? ".example.com" has one then, else www. Empty: none can.
HostNames host_names(const std::vector<std::string>& written, bool public_ca,
                     const std::function<bool(const Identifier&)>& wildcards = {});

/// Takes out of `names` what a wildcard among them stands for, as CAs refuse to name both, and returns it.
std::vector<Identifier> drop_redundant(std::vector<Identifier>& names);

/// Is `name` one of `certified`, or stands a wildcard among them for it? One label, as in a certificate (RFC 6125).
bool is_certified(const Identifier& name, const std::vector<Identifier>& certified);

}  // namespace acme
