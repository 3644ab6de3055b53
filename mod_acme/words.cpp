#include "mod_acme/words.hpp"

#include <array>
#include <utility>

#include "common/config/directives.hpp"

namespace acme {

namespace {

bool part_of_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
         c == '.' || c == '/';
}

void replace_word(std::string& text, std::string_view from, std::string_view to) {
  std::size_t at = text.find(from);
  while (at != std::string::npos) {
    const std::size_t end = at + from.size();
    // "renew_before=" is a parameter, spelt alike on both servers.
    const bool goes_on = end < text.size() && (part_of_word(text[end]) || text[end] == '=');
    const bool inside = (at > 0 && part_of_word(text[at - 1])) || goes_on;
    if (!inside) text.replace(at, from.size(), to);
    at = text.find(from, at + (inside ? from.size() : to.size()));
  }
}

/// "`listen 80` (Apache: `Listen 80`)" is `Listen 80` here.
void take_apache_side(std::string& text) {
  constexpr std::string_view kOther = "` (Apache: ";
  std::size_t at = text.find(kOther);
  while (at != std::string::npos) {
    const std::size_t begin = at == 0 ? std::string::npos : text.rfind('`', at - 1), end = text.find(')', at);
    if (begin == std::string::npos || end == std::string::npos) return;
    const std::string ours = text.substr(at + kOther.size(), end - at - kOther.size());
    text.replace(begin, end + 1 - begin, ours);
    at = text.find(kOther, begin + ours.size());
  }
}

}  // namespace

std::string in_apache_words(std::string text) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 10> own{{
      {"acme_issuer NAME { ... } (Apache: <AcmeIssuer NAME>)", "<AcmeIssuer NAME>"},
      {"acme_issuer", "<AcmeIssuer>"},
      {"acme_certificate", "AcmeCertificate"},
      {"acme_state_path", "AcmeStatePath"},
      {"acme_reload", "AcmeReload"},
      {"acme_on_event", "AcmeOnEvent"},
      {"acme_notify", "AcmeNotify"},
      {"acme_require_https", "AcmeRequireHttps"},
      {"acme_status", "AcmeStatus"},
      {"acme_sandbox", "AcmeSandbox"},
  }};
  take_apache_side(text);
  for (const auto& [from, to] : own) replace_word(text, from, to);
  for (const DirectiveWord& word : issuer_words()) {
    const std::string_view name = word.nginx_name;
    // "key" or "profile" are plain English too.
    if (name.find('_') != std::string_view::npos) replace_word(text, name, word.apache_name);
  }
  return text;
}

}  // namespace acme
