#include "common/dns_provider/credentials.hpp"

#include <algorithm>

#include "common/base/text.hpp"
#include "common/dns_provider/hidden_secrets.hpp"

namespace acme {

namespace {

bool is_variable_name(std::string_view name) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  return !name.empty() && !(name[0] >= '0' && name[0] <= '9') && std::all_of(name.begin(), name.end(), fits);
}

std::string_view without_quotes(std::string_view value) {
  const bool quoted =
      value.size() >= 2 && (value.front() == '"' || value.front() == '\'') && value.back() == value.front();
  return quoted ? value.substr(1, value.size() - 2) : value;
}

}  // namespace

Result<std::vector<Credential>> parse_credentials(std::string_view text) {
  std::vector<Credential> credentials;
  int number = 0;
  for (std::string_view line : split(text, '\n')) {
    ++number;
    line = trim(line);
    if (line.empty() || line.front() == '#') continue;
    if (line.starts_with("export ")) line = trim(line.substr(7));
    const std::size_t equals = line.find('=');
    const bool good = equals != std::string_view::npos && is_variable_name(line.substr(0, equals)) &&
                      line.find('\0') == std::string_view::npos;
    if (!good) {
      return Error{ErrorKind::configuration, cat("line ", number, " of the credentials is not NAME=value")};
    }
    credentials.push_back({std::string{line.substr(0, equals)}, Secret{without_quotes(line.substr(equals + 1))}});
  }
  return credentials;
}

Result<std::vector<Credential>> credentials_of(const DnsProviderConfig& config) {
  const auto found = config.secrets.find("credentials");
  if (found == config.secrets.end()) return std::vector<Credential>{};
  return parse_credentials(found->second.view());
}

std::string without_secrets(std::string text, const std::vector<Credential>& credentials) {
  for (const auto& credential : credentials) {
    if (credential.value.size() >= kShortestSecret) hide_secret(text, credential.value.view());
  }
  return text;
}

}  // namespace acme
