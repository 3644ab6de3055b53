// The CAs that need no `uri`: their names and directory URLs.
#pragma once

#include <string>
#include <string_view>

namespace acme {

/// The directory URL of a well-known issuer; empty for any other name.
std::string_view well_known_directory(std::string_view issuer_name);
/// Where the CA with this directory lets one practise: the directory of its staging service, or its own when that is
/// one; empty when it has none or is not known here.
std::string_view staging_directory(std::string_view uri);
/// Does it register only accounts that are bound to a customer's (external_account_key)?
bool needs_external_account(std::string_view uri);
/// Does it refuse requests for must-staple certificates, because it has no OCSP service?
bool refuses_must_staple(std::string_view uri);
/// What CAA records call the CA with this directory, where that does not tell it itself: "letsencrypt.org"; or empty.
std::string_view caa_name(std::string_view uri);
/// "letsencrypt, letsencrypt-staging, ...", for messages.
std::string well_known_issuer_names();
/// Is this the directory of one of them (a CA of the public web)?
bool is_public_directory(std::string_view uri);

}  // namespace acme
