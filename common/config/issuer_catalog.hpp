// The CAs that need no `uri`: their names and directory URLs.
#pragma once

#include <string>
#include <string_view>

namespace acme {

/// The directory URL of a well-known issuer; empty for any other name.
std::string_view well_known_directory(std::string_view issuer_name);
/// "letsencrypt, letsencrypt-staging, ...", for messages.
std::string well_known_issuer_names();
/// Is this the directory of one of them (a CA of the public web)?
bool is_public_directory(std::string_view uri);

}  // namespace acme
