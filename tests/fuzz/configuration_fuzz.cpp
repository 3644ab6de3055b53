// Whole configurations: a directive a line, its arguments split at spaces. `issuer NAME` begins an issuer, whose words
// follow; `host NAME ...` a virtual host, whose certificate directive follows; any other line is what it says.
#include "common/config/compile.hpp"

#include <algorithm>

#include "common/base/text.hpp"
#include "common/config/directives.hpp"
#include "common/config/notify_words.hpp"
#include "common/config/wildcard_sharing.hpp"
#include "common/store/versions.hpp"
#include "tests/fuzz/properties.hpp"

using namespace acme;
using namespace acme_fuzz;

namespace {

constexpr std::string_view kSecret = "S3cr3tThatNobodyIsToSee";

using Arguments = std::vector<std::string>;

/// What the servers give to the parsers of directives: paths and files that are there.
DirectiveContext context(std::vector<std::string>& notices) {
  DirectiveContext made;
  made.absolute_path = [](const std::string& path) { return path.starts_with('/') ? path : "/etc/" + path; };
  made.read_file = [](const std::string&) -> Result<Secret> { return Secret{kSecret}; };
  made.read_environment = [](const std::string&) -> Result<Secret> { return Secret{kSecret}; };
  made.where = "conf:1";
  made.notices = &notices;
  return made;
}

struct Written {
  Draft draft;
  std::vector<std::string> notices;
  std::vector<Error> errors;

  template <class T>
  bool took(const Result<T>& result) {
    if (!result.ok()) errors.push_back(result.error());
    return result.ok();
  }

  void server_word(const std::string& word, const Arguments& arguments) {
    if (word == "reload") {
      auto reload = parse_reload_directive(arguments);
      if (took(reload)) draft.reload = *std::move(reload);
    } else if (word == "on_event") {
      auto hook = parse_event_directive(arguments, "conf:1");
      if (took(hook)) draft.hooks.push_back(*std::move(hook));
    } else if (word == "notify") {
      auto notify = parse_notify_directive(arguments, context(notices));
      if (took(notify)) draft.notify.push_back(*std::move(notify));
    } else if (word == "ports") {
      draft.has_port_80 = arguments.size() > 1;
      draft.has_port_443 = arguments.size() > 2;
    }
  }

  void line(std::string_view text) {
    Arguments arguments;
    for (const auto piece : split(text, ' ')) arguments.emplace_back(piece);
    const std::string word = arguments.front();
    arguments.erase(arguments.begin());
    if (word == "issuer") {
      auto issuer = new_issuer(arguments.empty() ? "" : arguments.front(), "conf:1");
      if (took(issuer)) draft.issuers.push_back(*std::move(issuer));
    } else if (word == "host" || word == "inherited") {
      auto& host = draft.hosts.emplace_back();
      host.where = "conf:2";
      host.names = arguments;
      host.inherited = word == "inherited";
      host.tls_ports = {443};
    } else if (word == "certificate") {
      auto directive = parse_certificate_directive(arguments, "conf:3");
      if (took(directive) && !draft.hosts.empty()) draft.hosts.back().directive = *std::move(directive);
    } else {
      server_word(word, arguments);
      if (!draft.issuers.empty()) took(apply_issuer_word(draft.issuers.back(), word, arguments, context(notices)));
    }
  }
};

void check_told(const std::vector<std::string>& lines) {
  for (const auto& line : lines) {
    CHECK(!line.empty() && is_plain(line));
    CHECK(line.find(kSecret) == std::string::npos);
  }
}

void check_certificate(const CertificateConfig& certificate, const Configuration& configuration) {
  CHECK(is_certificate_id(certificate.id));
  CHECK(configuration.issuers.contains(certificate.issuer));
  for (const auto& issuer : certificate.fallback) CHECK(configuration.issuers.contains(issuer));
  CHECK(!certificate.names.empty() && std::is_sorted(certificate.names.begin(), certificate.names.end()));
  CHECK(!certificate.challenges.empty());
  for (const auto& name : certificate.names) check_identifier(name);
}

void check_configuration(const Configuration& configuration, std::size_t hosts) {
  std::set<std::string> ids;
  for (const auto& certificate : configuration.certificates) {
    check_certificate(certificate, configuration);
    CHECK(ids.insert(certificate.id).second);
  }
  for (const auto& set : configuration.sets) {
    CHECK(!set.certificates.empty());
    for (const auto index : set.certificates) CHECK(index < configuration.certificates.size());
  }
  CHECK_EQ(configuration.host_sets.size(), hosts);
  for (const auto& set : configuration.host_sets) CHECK(!set || *set < configuration.sets.size());
  const auto by_name = [](const HttpsName& one, const HttpsName& other) { return one.name < other.name; };
  CHECK(std::is_sorted(configuration.https_names.begin(), configuration.https_names.end(), by_name));
  for (const auto& name : configuration.https_names) CHECK(name.set < configuration.sets.size() && name.port != 0);
  for (const auto& hook : configuration.hooks) CHECK(!hook.argv.empty() && hook.argv.front().starts_with('/'));
  check_told(configuration.notices);
  check_told(configuration.warnings);
}

}  // namespace

FUZZ_TARGET(configuration) {
  // Who writes the secret itself where a name is expected has shown it.
  if (input.find(kSecret) != std::string_view::npos) return;
  Written written;
  int lines = 0;
  for (Input rest{input}; !rest.empty() && lines < 100; ++lines) written.line(rest.line());
  check_told(written.notices);
  for (const auto& error : written.errors) {
    CHECK(error.kind == ErrorKind::configuration);
    check_error(error);
    CHECK(describe(error).find(kSecret) == std::string::npos);
  }
  const std::size_t hosts = written.draft.hosts.size();
  const auto configuration = compile(std::move(written.draft));
  check_error_of(configuration);
  if (configuration) check_configuration(*configuration, hosts);
}
