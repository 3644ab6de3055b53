// The small text functions that everything foreign goes through.
#include "common/base/percent.hpp"
#include "common/base/text.hpp"
#include "common/dns_provider/small_xml.hpp"
#include "common/dns_provider/txt_text.hpp"
#include "tests/fuzz/properties.hpp"

using namespace acme;
using namespace acme_fuzz;

namespace {

void check_cleaned(std::string_view text) {
  for (const std::size_t limit : {std::size_t{4}, std::size_t{16}, std::size_t{512}, text.size() + 3}) {
    const std::string clean = cleaned(text, limit);
    check_plain(clean, limit);
    CHECK_EQ(cleaned(clean, limit), clean);
  }
}

void check_base64url(std::string_view text) {
  const std::string encoded = base64url_encode(text);
  CHECK(is_of(encoded, kBase64Url));
  const auto decoded = base64url_decode(encoded);
  CHECK(decoded && std::string(decoded->begin(), decoded->end()) == text);
  const auto read = base64url_decode(text);
  CHECK(!read || base64url_decode(base64url_encode(*read)) == read);
}

void check_pieces(std::string_view text) {
  const auto pieces = split(text, ',');
  std::vector<std::string> copies(pieces.begin(), pieces.end());
  CHECK_EQ(join(copies, ","), text);
  CHECK(equals_no_case(to_lower(text), text));
  CHECK_EQ(trim(trim(text)), trim(text));
  const auto number = parse_number(text);
  CHECK(!number || is_of(text, kDigits));
}

void check_percent(std::string_view text) {
  const std::string encoded = percent_encoded(text);
  CHECK(is_of(encoded, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~%"));
  CHECK_EQ(form_decoded(encoded), text);
  CHECK(form_decoded(text).size() <= text.size());
}

void check_txt(std::string_view text) {
  CHECK_EQ(txt_text(quote_txt(text)), text);
  CHECK(txt_text(text).size() <= text.size());
}

}  // namespace

FUZZ_TARGET(text) {
  check_cleaned(input);
  check_base64url(input);
  check_pieces(input);
  check_percent(input);
  check_txt(input);
  const auto xml = parse_xml(cat("<a>", xml_escaped(input), "</a>"));
  CHECK_OK(xml);
  CHECK_EQ(xml->text, input);
}
