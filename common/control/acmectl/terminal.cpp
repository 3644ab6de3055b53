#include "common/control/acmectl/terminal.hpp"

#include <unistd.h>

#include <cstdio>
#include <iostream>

#include "common/base/text.hpp"

namespace acme {

std::string shown(std::string_view text) { return cleaned(text, 2048); }

void tell(std::string_view line) { std::cout << cleaned(line, 16 * 1024) << '\n' << std::flush; }

void tell_error(std::string_view message, std::string_view hint) {
  std::cout << std::flush;
  std::cerr << "acmectl: " << shown(message);
  if (!hint.empty()) std::cerr << " (" << shown(hint) << ")";
  std::cerr << '\n';
}

bool print(std::string_view text) {
  std::cout << text << std::flush;
  return std::cout.good();
}

Confirmation confirm(const std::string& question) {
  if (::isatty(STDIN_FILENO) == 0) return Confirmation::nobody_there;
  std::cerr << shown(question) << " [yes/no] " << std::flush;
  std::string answer;
  if (!std::getline(std::cin, answer)) return Confirmation::no;
  const std::string word = to_lower(trim(answer));
  return word == "yes" || word == "y" ? Confirmation::yes : Confirmation::no;
}

}  // namespace acme
