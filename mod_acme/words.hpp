// The shared core speaks of directives in nginx's spelling; an operator of httpd reads AcmeFooBar.
#pragma once

#include <string>

namespace acme {

/// A message with the directives in this server's spelling. Only whole words change: a path that holds
/// one stays as it is.
std::string in_apache_words(std::string text);

}  // namespace acme
