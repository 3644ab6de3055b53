// Credentials: a file of NAME=value lines that a program gets as environment, and nobody else sees.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.hpp"
#include "common/base/secret.hpp"
#include "common/config/model.hpp"

namespace acme {

struct Credential {
  std::string name;
  Secret value;
};

/// As a shell would read plain assignments, without expanding anything: empty lines and those that begin with # are
/// left out, "export " in front is, quotes around a whole value are. ErrorKind::configuration names the line, never its
/// text.
Result<std::vector<Credential>> parse_credentials(std::string_view text);

/// Of the secret setting `credentials`, which may be absent.
Result<std::vector<Credential>> credentials_of(const DnsProviderConfig& config);

/// `text` without the values; those under kShortestSecret (hidden_secrets.hpp) stay.
std::string without_secrets(std::string text, const std::vector<Credential>& credentials);

}  // namespace acme
