// Names as people write them into a configuration or say them to acmectl: one a line.
#include "common/config/names.hpp"

#include "common/base/idn.hpp"
#include "common/base/ip_address.hpp"
#include "common/base/text.hpp"
#include "common/challenge/challenge_board.hpp"
#include "common/dns/message.hpp"
#include "common/runtime/plain_host.hpp"
#include "tests/fuzz/properties.hpp"

using namespace acme;
using namespace acme_fuzz;

namespace {

void check_name(std::string_view text) {
  const auto name = parse_name(text);
  check_error_of(name);
  if (!name) return;
  CHECK(text.find('\0') == std::string_view::npos);
  check_identifier(*name);
  const auto again = parse_name(name->value);
  CHECK_OK(again);
  CHECK(*again == *name);
  check_plain(not_public(*name, true), 256);
  const std::string bare = name->wildcard() ? name->value.substr(2) : name->value;
  CHECK(name->type == IdentifierType::ip || is_askable(bare));
  CHECK(detail::is_alpn_name(bare));
}

void check_idn(std::string_view text) {
  const auto ascii = to_ascii_name(text);
  check_error_of(ascii);
  if (ascii) CHECK(ascii->size() <= 255 && text.find('\0') == std::string_view::npos);
  const std::string shown = to_unicode_name(text);
  CHECK(shown == text || (is_plain(shown) && to_ascii_name(shown).value() == text));
}

void check_address(std::string_view text) {
  if (const auto bytes = parse_ip(text)) {
    const auto canonical = format_ip(*bytes);
    CHECK(canonical && parse_ip(*canonical) == bytes);
  }
  if (const auto address = ip_of_reverse_name(text)) CHECK(parse_ip(*address).has_value());
}

/// The Host of a request: any bytes. Nothing longer than it, and without a port.
void check_host(std::string_view text) {
  const PlainHost host{text};
  CHECK(host.view().size() <= text.size() + 2);
  CHECK(to_lower(host.view()) == host.view());
}

void check_all(const std::vector<std::string>& written) {
  auto names = host_names(written, true, [](const Identifier& name) { return name.value.size() % 2 == 0; });
  for (const auto& text : names.left_out) CHECK(is_plain(text));
  for (const auto& text : names.never_asked_for) CHECK(is_plain(text));
  CHECK(is_plain(names.leading_dot));
  for (const auto& name : names.usable) check_identifier(name);
  auto kept = names.usable;
  const auto dropped = drop_redundant(kept);
  CHECK_EQ(kept.size() + dropped.size(), names.usable.size());
  for (const auto& name : names.usable) CHECK(is_certified(name, kept));
}

}  // namespace

FUZZ_TARGET(names) {
  std::vector<std::string> written;
  for (Input rest{input}; !rest.empty() && written.size() < 50;) {
    written.emplace_back(rest.line());
    check_name(written.back());
    check_idn(written.back());
    check_address(written.back());
    check_host(written.back());
  }
  check_all(written);
}
