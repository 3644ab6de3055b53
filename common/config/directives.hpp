// The words an operator writes, parsed. Both servers use these with nginx's spelling; the Apache
// glue translates AcmeFooBar to foo_bar. Errors are ErrorKind::configuration and say what is
// accepted; the caller adds file and line.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/config/model.hpp"

namespace acme {

struct DirectiveWord {
  const char* nginx_name;   // "ssl_trusted_certificate"
  const char* apache_name;  // "AcmeSSLTrustedCertificate"
  int min_arguments;
  int max_arguments;
  const char* help;  // one line, for Apache's command table
};

/// All words of an issuer block.
std::span<const DirectiveWord> issuer_words();

/// What parsing a directive may need from outside, given by the glue.
struct DirectiveContext {
  /// A relative path made absolute by the server's own rule.
  std::function<std::string(const std::string&)> absolute_path;
  /// The content of a file named in a directive (an EAB key), size-limited. May be missing (nullptr) in tests.
  std::function<Result<Secret>(const std::string&)> read_file;
  /// The value of an environment variable; ErrorKind::configuration when there is none. May be missing in tests.
  std::function<Result<Secret>(const std::string&)> read_environment;
  /// Can the file that is named as the CA's roots be read, and is it one? May be missing in tests.
  std::function<Status(const std::string&)> check_roots;
  std::string where;  // "file:line" of the line
  /// Collects what is accepted but ignored.
  std::vector<std::string>* notices = nullptr;
};

/// A new issuer block. Checks the name ([A-Za-z0-9._-], at most 64, not "off").
Result<IssuerConfig> new_issuer(std::string_view name, std::string where);
/// One word inside it; `word` in nginx's spelling. An unknown word lists the known ones.
Status apply_issuer_word(IssuerConfig& issuer, std::string_view word, const std::vector<std::string>& arguments,
                         const DirectiveContext& context);

/// The arguments of acme_certificate / AcmeCertificate.
Result<CertificateDirective> parse_certificate_directive(const std::vector<std::string>& arguments, std::string where);
/// The arguments of acme_reload / AcmeReload: on|off [interval=60s] [window=02:00-05:00[,ZONE]].
Result<ReloadConfig> parse_reload_directive(const std::vector<std::string>& arguments);
/// The arguments of acme_on_event / AcmeOnEvent: EVENT PROGRAM [ARG ...].
Result<HookConfig> parse_event_directive(const std::vector<std::string>& arguments, std::string where);
/// The argument of acme_require_https / AcmeRequireHttps.
Result<RequireHttps> parse_require_https(std::string_view text);

}  // namespace acme
