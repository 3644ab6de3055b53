// engine/challenges and the requests that ask for what stands in it: the first line is a request's token or path, the
// second its Host, the rest the file.
#include "common/challenge/challenge_board.hpp"

#include "common/base/text.hpp"
#include "common/runtime/stateless_http01.hpp"
#include "tests/fakes/temporary_directory.hpp"
#include "tests/fuzz/properties.hpp"

using namespace acme;
using namespace acme_fuzz;

namespace {

constexpr std::string_view kAnswer = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";

/// Of a configuration with one stateless issuer for www.example.org.
const StatelessHttp01& stateless() {
  static const StatelessHttp01 made = [] {
    Configuration configuration;
    IssuerConfig& issuer = configuration.issuers["ca"];
    issuer.http01_stateless = true;
    issuer.account_key_pem = PrivateKey::generate({})->to_pem().value().clone();
    CertificateConfig& certificate = configuration.certificates.emplace_back();
    certificate.issuer = "ca";
    certificate.challenges = {"http-01"};
    certificate.names = {{IdentifierType::dns, "www.example.org"}};
    return *StatelessHttp01::make(configuration);
  }();
  return made;
}

void check_stateless(std::string_view token, std::string_view host) {
  const auto answer = stateless().answer(token, host);
  if (!answer) return;
  CHECK(token.size() >= 22 && is_of(token, kBase64Url));
  CHECK(answer->starts_with(cat(token, ".")) && answer->size() == token.size() + 44 && is_of(*answer, kAnswer));
  CHECK(to_lower(host).starts_with("www.example.org"));
}

void check_lines(std::string_view text) {
  detail::LiveChallenges live;
  const std::size_t done = detail::apply_challenge_lines(text, live);
  CHECK(done <= text.size() && (done == 0 || text[done - 1] == '\n'));
  for (const auto& [key, authorization] : live) {
    const std::string_view name = std::string_view{key}.substr(key.starts_with('@') ? 1 : 0);
    CHECK(key.starts_with('@') ? is_of(name, "abcdefghijklmnopqrstuvwxyz0123456789-_.:") : is_of(name, kBase64Url));
    CHECK(!name.empty() && name.size() <= 253);
    CHECK(!authorization.empty() && authorization.size() <= 512 && is_of(authorization, kAnswer));
  }
  // In two pieces it is the same.
  detail::LiveChallenges again;
  const auto first = detail::apply_challenge_lines(text.substr(0, text.size() / 2), again);
  CHECK_EQ(first + detail::apply_challenge_lines(text.substr(first), again), done);
  CHECK(again == live);
}

void check_reader(std::string_view token, std::string_view text) {
  static const acme_test::TemporaryDirectory temp;
  std::filesystem::create_directories(temp / "engine");
  acme_test::spill(temp / "engine/challenges", std::string{text});
  ChallengeReader reader{temp.path()};
  const auto found = reader.find(token);
  if (found) CHECK(detail::is_token(token) && is_of(*found, kAnswer));
  const auto named = reader.find_tls_alpn(token);
  if (named) CHECK(detail::is_alpn_name(token) && is_of(*named, kAnswer));
  CHECK((!found && !named) || text.starts_with(detail::kChallengesHeader));
}

}  // namespace

FUZZ_TARGET(challenges) {
  Input rest{input};
  std::string_view token = rest.line();
  const std::string_view host = rest.line();
  if (token.starts_with(kHttp01Prefix)) token.remove_prefix(kHttp01Prefix.size());
  check_stateless(token, host);
  check_lines(rest.rest());
  check_reader(token, rest.rest());
}
