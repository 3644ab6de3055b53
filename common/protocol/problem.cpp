#include "common/protocol/problem.hpp"

#include <algorithm>
#include <array>

#include "common/base/text.hpp"
#include "common/base/url.hpp"

namespace acme {

namespace {

constexpr std::string_view kAcmePrefix = "urn:ietf:params:acme:error:";
constexpr std::size_t kMaxSubproblems = 100;
constexpr std::size_t kMaxType = 64;
constexpr std::size_t kMaxDetail = 1024;  // a link to unpause an account is long, and useless when cut
constexpr std::size_t kMaxExcerpt = 200;

struct Hint {
  std::string_view type;       // empty: any
  std::string_view in_detail;  // lower case; only for details that hold it
  std::string_view text;
};

constexpr std::string_view kUnpause =
    "the CA paused this account for these names after many failures: mend their cause, then open the link in the CA's "
    "message";
constexpr std::string_view kDeactivated =
    "the CA does not accept this account any more: remove its folder below accounts/ in the state directory to make a "
    "new one";

constexpr std::string_view kBinding =
    "the CA does not take the external account binding (it is wrong, used up or has expired): get a new key id and MAC "
    "key from it for external_account_key";
constexpr std::string_view kContract =
    "the contract, quota or credit behind this account is used up or has expired: renew it with the CA, in its "
    "customer portal; until then it is tried again and again";

// The first row that fits counts. RFC 8555 §6.7, RFC 8659, RFC 9773, the profiles draft, CAs' habits. Fragments of
// "unauthorized" are whole phrases: its detail may quote a page of the operator's own site.
constexpr std::array kHints{
    Hint{"", "insufficient funds", kContract},
    Hint{"", "insufficient credit", kContract},
    Hint{"", "credit limit", kContract},
    Hint{"", "subscription has", kContract},
    Hint{"", "subscription is", kContract},
    Hint{"", "contract has", kContract},
    Hint{"", "contract is", kContract},
    Hint{"", "order quota", kContract},
    Hint{"", "quota has been", kContract},
    Hint{"", "quota exceeded", kContract},
    Hint{"unauthorized", "external account", kBinding},
    Hint{"unauthorized", "externalaccountbinding", kBinding},
    Hint{"malformed", "external account", kBinding},
    Hint{"malformed", "externalaccountbinding", kBinding},
    Hint{"rateLimited", "temporarily prevented", kUnpause},
    Hint{"rateLimited", "paused", kUnpause},
    Hint{"unauthorized", "account is temporarily prevented", kUnpause},
    Hint{"unauthorized", "account is paused", kUnpause},
    Hint{"unauthorized", "account is not valid", kDeactivated},
    Hint{"unauthorized", "account is deactivated", kDeactivated},
    Hint{"unauthorized", "account has been deactivated", kDeactivated},
    Hint{"unauthorized", "account deactivated", kDeactivated},
    Hint{"unauthorized", "exists but is deactivated", kDeactivated},
    Hint{"rateLimited", "",
         "the CA's limit is reached: nothing to do, it is tried again when the CA allows; use its staging environment "
         "for trials"},
    Hint{"unauthorized", "",
         "the CA reached a server that did not give our answer: check that the name's A and AAAA records point to this "
         "server and that no other server answers there on port 80 (tls-alpn-01: 443)"},
    Hint{"connection", "",
         "the CA could not connect: check that the name's A and AAAA records point to this server and that the "
         "firewall lets port 80 (tls-alpn-01: 443) through from the internet"},
    Hint{"dns", "", "check that the name exists in the public DNS with an A or AAAA record, and that DNSSEC is valid"},
    Hint{"tls", "", "the CA's TLS connection to this name failed: check what answers on port 443 of its addresses"},
    Hint{"incorrectResponse", "",
         "another server or a proxy in front answered the challenge: check that port 80 (tls-alpn-01: 443) of this "
         "name leads here"},
    Hint{"caa", "", "a CAA record in the DNS forbids this CA: allow it there, or use another issuer"},
    Hint{"rejectedIdentifier", "", "this CA does not issue for this name: remove it or use another issuer"},
    Hint{"unsupportedIdentifier", "", "this CA does not issue for this kind of name: remove it or use another issuer"},
    Hint{"externalAccountRequired", "",
         "this CA wants an external account binding: get a key id and a MAC key from it and configure them for the "
         "issuer"},
    Hint{"userActionRequired", "",
         "the CA wants its account holder to act, mostly to agree to changed terms: open the link it gives"},
    Hint{"invalidContact", "", "the CA refuses the contact address: correct it in the issuer's configuration"},
    Hint{"unsupportedContact", "", "the CA wants a contact of another kind: use a mailto: address"},
    Hint{"invalidProfile", "", "the CA does not offer this profile: choose one that its directory lists, or none"},
    Hint{"accountDoesNotExist", "",
         "the CA does not know this account any more: it is made anew at the next try if the terms are accepted"},
    Hint{"badPublicKey", "",
         "the CA refuses this type or size of key: if it takes RSA only, set key=rsa:2048 (for the account's own key: "
         "account_key rsa:2048)"},
    Hint{"badSignatureAlgorithm", "", "the CA does not accept this type of account key: set account_key rsa:2048"},
    Hint{"badCSR", "",
         "the CA refuses the request for these names or this type of key: if it takes RSA only, set key=rsa:2048"},
    Hint{"compound", "", "see the reason given for each name"},
    Hint{"onionCAARequired", "", "the CA cannot check the CAA records of this onion name: use another issuer"},
    Hint{"badNonce", "", "the CA's servers disagree with each other: it is tried again"},
    Hint{"serverInternal", "", "the CA has trouble of its own: it is tried again; see its status page if it lasts"},
    Hint{"orderNotReady", "", "the CA is not done with this order: it is tried again"},
    Hint{"alreadyReplaced", "", "the CA has a newer certificate for this one: it is ordered without that reference"},
    Hint{"alreadyRevoked", "", "this certificate is revoked already: nothing is left to do"},
    Hint{"badRevocationReason", "", "the CA does not accept this reason for a revocation: choose another"},
    Hint{"malformed", "", "the CA did not understand the request: please report this with the CA's name"},
};

std::string hint_for(std::string_view type, std::string_view detail) {
  const std::string lowered = to_lower(detail);
  const auto fits = [&](const Hint& hint) {
    return (hint.type.empty() || hint.type == type) && lowered.find(hint.in_detail) != std::string::npos;
  };
  const auto found = std::find_if(kHints.begin(), kHints.end(), fits);
  return found == kHints.end() ? std::string{} : std::string{found->text};
}

/// The type without the prefix of ACME's own; others as they are.
std::string type_of(const Json& problem) {
  std::string type = problem["type"].string().value_or("about:blank");
  if (starts_with_no_case(type, kAcmePrefix)) type.erase(0, kAcmePrefix.size());
  return cleaned(type, kMaxType);
}

std::string detail_of(const Json& problem) {
  auto text = problem["detail"].string();
  if (!text || trim(*text).empty()) text = problem["title"].string();
  return cleaned(trim(text.value_or("")), kMaxDetail);
}

std::vector<Subproblem> subproblems_of(const Json& problem) {
  std::vector<Subproblem> all;
  for (const auto& entry : problem["subproblems"].items()) {
    if (all.size() == kMaxSubproblems) break;
    if (!entry.is_object()) continue;
    const std::string name = entry["identifier"]["value"].string().value_or("");
    all.push_back(Subproblem{cleaned(name, 256), type_of(entry), detail_of(entry)});
  }
  return all;
}

/// Where a person is sent (RFC 8555 §7.3.3), when it is a URL worth showing.
std::string link_of(const Json& problem) {
  const std::string instance = problem["instance"].string().value_or("");
  return acceptable_url(instance, false) ? cat(" (see ", instance, ")") : std::string{};
}

/// A body that is no problem document, on one line.
std::string excerpt(std::string_view body) {
  std::string line;
  for (const char c : body.substr(0, 4 * kMaxExcerpt)) {
    const bool space = c == ' ' || c == '\t' || c == '\r' || c == '\n';
    if (!space) line.push_back(c);
    if (space && !line.empty() && line.back() != ' ') line.push_back(' ');
  }
  return line.empty() ? std::string{"an empty body"} : cleaned(trim(line), kMaxExcerpt);
}

Error no_problem_document(int http_status, std::string_view content_type, const std::string& what) {
  const std::string type = content_type.empty() ? "" : cat(" (", cleaned(content_type, kMaxType), ")");
  Error error{ErrorKind::server_error, cat("HTTP ", http_status, ", no ACME problem document", type, ": ", what),
              http_status >= 500 ? "the CA or a proxy before it has trouble: it is tried again"
                                 : "check the issuer's URL, and that no proxy answers in the CA's place"};
  error.http_status = http_status;
  return error;
}

}  // namespace

Error to_error(const Json& problem) {
  const std::string type = type_of(problem);
  const std::string detail = detail_of(problem);
  Error error{ErrorKind::problem, cat(type, ": ", detail.empty() ? "no details given" : detail, link_of(problem)),
              hint_for(type, detail)};
  error.problem_type = type;
  error.subproblems = subproblems_of(problem);
  const auto status = problem["status"].integer().value_or(0);
  if (status >= 100 && status <= 599) error.http_status = static_cast<int>(status);
  return error;
}

Error parse_problem(int http_status, std::string_view content_type, std::string_view body) {
  const auto json = Json::parse(body);
  if (!json || !json->is_object()) return no_problem_document(http_status, content_type, excerpt(body));
  if (!starts_with_no_case((*json)["type"].string().value_or(""), kAcmePrefix)) {
    const std::string detail = detail_of(*json);
    return no_problem_document(http_status, content_type, detail.empty() ? excerpt(body) : detail);
  }
  Error error = to_error(*json);
  error.http_status = http_status;
  return error;
}

bool is_deactivation(const Error& error) {
  return error.kind == ErrorKind::problem && hint_for(error.problem_type, error.message) == kDeactivated;
}

}  // namespace acme
