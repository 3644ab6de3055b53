// What helps when a server that is no CA does not answer: a receiver of notices, a DNS host's API. The hints of an
// HttpClient are about CAs: their `proxy`, their status page, the directives of an issuer.
#pragma once

#include <string_view>

#include "common/base/result.hpp"

namespace acme {

/// The error of HttpClient::send() for this URL, with another hint, which shows no more of the URL than scheme and
/// host. `roots`: the setting that names trusted roots for it ("ca_file="); empty: there is none. Of one that was
/// cancelled, is our own bug or about the roots of the system the hint stays.
Error of_other_server(Error error, std::string_view url, std::string_view roots);

}  // namespace acme
