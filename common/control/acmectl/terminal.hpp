// The terminal: the one way in which acmectl shows text, all of it cleaned, and asks.
#pragma once

#include <string>
#include <string_view>

namespace acme {

/// Without control bytes; what is too long for one line of an error or a table is cut.
std::string shown(std::string_view text);
/// One line on standard output.
void tell(std::string_view line);
/// "acmectl: message (hint)" on standard error.
void tell_error(std::string_view message, std::string_view hint);
/// At once, as it is: JSON and PEM, on standard output. False: it could not be written.
bool print(std::string_view text);

enum class Confirmation { yes, no, nobody_there };
/// Asks for "yes" at the terminal; nobody_there when standard input is none.
Confirmation confirm(const std::string& question);

}  // namespace acme
