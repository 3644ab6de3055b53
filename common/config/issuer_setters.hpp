// How the words of an issuer block are read, one function a word; issuer_words.cpp has the table. The number of
// arguments is right when they are called.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/config/directives.hpp"

namespace acme::detail {

using Arguments = std::vector<std::string>;

inline Error wrong(std::string message, std::string hint = {}) {
  return {ErrorKind::configuration, std::move(message), std::move(hint)};
}

inline std::string path_of(const std::string& text, const DirectiveContext& context) {
  return context.absolute_path ? context.absolute_path(text) : text;
}

/// on|off; nothing is on.
Status set_flag(bool& flag, const Arguments& arguments);
/// A directory URL.
Status set_directory(std::string& url, const std::string& text);

// account_words.cpp: the account and the way to the CA
Status set_account_key(IssuerConfig& issuer, const Arguments& arguments, const DirectiveContext& context);
Status add_contact(IssuerConfig& issuer, const Arguments& arguments, const DirectiveContext& context);
Status set_external_account(IssuerConfig& issuer, const Arguments& arguments, const DirectiveContext& context);
Status set_proxy(IssuerConfig& issuer, const Arguments& arguments, const DirectiveContext& context);

// order_words.cpp: what is ordered, and when
Status set_challenge(IssuerConfig& issuer, const Arguments& arguments, const DirectiveContext& context);
Status set_fallback(IssuerConfig& issuer, const Arguments& arguments, const DirectiveContext& context);
Status set_key(IssuerConfig& issuer, const Arguments& arguments, const DirectiveContext& context);
Status set_lifetime(IssuerConfig& issuer, const Arguments& arguments, const DirectiveContext& context);
Status set_must_staple(IssuerConfig& issuer, const Arguments& arguments, const DirectiveContext& context);
Status set_profile(IssuerConfig& issuer, const Arguments& arguments, const DirectiveContext& context);
Status set_renew_before(IssuerConfig& issuer, const Arguments& arguments, const DirectiveContext& context);
Status set_renew_window(IssuerConfig& issuer, const Arguments& arguments, const DirectiveContext& context);
Status set_reuse_key(IssuerConfig& issuer, const Arguments& arguments, const DirectiveContext& context);

// dns_words.cpp: the DNS, and what is proved by it
Status add_dns_provider(IssuerConfig& issuer, const Arguments& arguments, const DirectiveContext& context);
Status set_caa(IssuerConfig& issuer, const Arguments& arguments, const DirectiveContext& context);
Status set_http01(IssuerConfig& issuer, const Arguments& arguments, const DirectiveContext& context);
Status set_resolvers(IssuerConfig& issuer, const Arguments& arguments, const DirectiveContext& context);
Status set_preflight(IssuerConfig& issuer, const Arguments& arguments, const DirectiveContext& context);
Status set_share_wildcard(IssuerConfig& issuer, const Arguments& arguments, const DirectiveContext& context);

}  // namespace acme::detail
