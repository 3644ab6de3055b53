// OwnWords: what a CA itself says in a problem's detail. It may quote a page of the operator's site, a TXT record or a
// name, in which anything can stand: that is left out, so that no word of it is taken for the CA's.
#pragma once

#include <string>
#include <string_view>

namespace acme {

struct OwnWords {
  std::string text;      // lower case, single spaces; without what is quoted, names, addresses and URLs
  std::string quoted;    // lower case: all that was quoted
  bool at_ipv6 = false;  // an IPv6 address stands in it: the CA came to it
};

OwnWords own_words(std::string_view detail);

}  // namespace acme
