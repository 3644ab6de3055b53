// Files that an operator names: keys and credentials in the many forms in which people have them, resolv.conf, nginx's
// own configuration. What is wrong with one is told without what it holds.
#include "common/base/text.hpp"
#include "common/config/external_account.hpp"
#include "common/dns/resolv_conf.hpp"
#include "common/dns/socket_address.hpp"
#include "common/dns/tsig.hpp"
#include "common/dns_provider/acme_dns_registrations.hpp"
#include "common/dns_provider/credentials.hpp"
#include "common/dns_provider/google_key.hpp"
#include "common/dns_provider/hidden_secrets.hpp"
#include "tests/fuzz/properties.hpp"

// It is no part of the library, and needs no nginx.
#include "ngx_acme/include_scan.cpp"  // NOLINT

using namespace acme;
using namespace acme_fuzz;

namespace {

/// A message that quotes a long piece of a file of secrets tells them.
template <class T>
void check_discreet(const Result<T>& result, std::string_view text) {
  if (result.ok()) return;
  check_error(result.error());
  const std::string told = describe(result.error());
  constexpr std::size_t kPiece = 24;
  for (std::size_t at = 0; at + kPiece <= text.size() && at < 512; ++at) {
    const auto piece = text.substr(at, kPiece);
    // Only what looks like a secret: a message may speak of the same words.
    if (piece.find_first_of(" \t\r\n") != std::string_view::npos) continue;
    CHECK(told.find(piece) == std::string::npos);
  }
}

void check_external_account(std::string_view text) {
  const auto mac = parse_mac_key(text);
  check_discreet(mac, text);
  CHECK(!mac || !mac->empty());
  check_error_of(parse_mac_algorithm(text));
  const auto account = parse_external_account_json(text);
  check_error_of(account);
  CHECK(!account || (!account->kid.empty() && !account->key.empty()));
}

void check_tsig(std::string_view text) {
  for (const char* name : {"", "acme.example"}) {
    const auto key = parse_tsig_key(text, name, "");
    check_error_of(key);
    if (key) CHECK(!key->secret.empty() && is_of(key->name, kNameLetters));
  }
}

void check_credentials(std::string_view text) {
  const auto credentials = parse_credentials(text);
  check_discreet(credentials, text);
  if (!credentials) return;
  for (const auto& credential : *credentials) {
    CHECK(is_of(credential.name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"));
    CHECK(credential.value.view().find_first_of(std::string_view{"\n\0", 2}) == std::string_view::npos);
    if (credential.value.size() < kShortestSecret) continue;
    std::string shown = cat("before ", credential.value.view(), " after");
    hide_secret(shown, credential.value.view());
    CHECK(shown.find("before") == std::string::npos || shown.find(credential.value.view()) == std::string::npos ||
          std::string_view{"(hidden)"}.find(credential.value.view()) != std::string_view::npos);
  }
}

void check_resolv_conf(std::string_view text) {
  const auto servers = parse_resolv_conf(text);
  CHECK(!servers.empty() && servers.size() <= 8);
  for (const auto& server : servers) CHECK(to_socket_address(server).ok());
}

void check_json_files(std::string_view text) {
  check_error_of(parse_google_key(text));
  const auto json = Json::parse(text);
  const auto registration = json ? parse_acme_dns_registration(*json) : std::nullopt;
  if (!registration) return;
  // They go into headers.
  for (const auto& part : {registration->subdomain, registration->username, registration->full_domain}) {
    CHECK(is_plain(part) && !part.empty() && part.find_first_of(" \"") == std::string::npos);
  }
}

void check_includes(std::string_view text) {
  std::size_t size = 0;
  for (const auto& name : find_includes(text)) size += name.size() + 7;
  CHECK(size <= text.size() + 7);
}

}  // namespace

FUZZ_TARGET(operator_files) {
  check_external_account(input);
  check_tsig(input);
  check_credentials(input);
  check_resolv_conf(input);
  check_json_files(input);
  check_includes(input);
}
