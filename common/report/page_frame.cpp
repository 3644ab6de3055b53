#include "common/report/page_frame.hpp"

#include <algorithm>

#include "common/base/text.hpp"
#include "common/crypto/digest.hpp"
#include "common/report/page_script.hpp"
#include "common/report/page_style.hpp"

namespace acme {

namespace {

/// "'sha256-...'", as CSP wants it: plain base64, padded. Without a digest nothing is allowed, and the page is plain.
std::string source_hash(std::string_view text) {
  const auto digest = sha256(text);
  if (!digest) return "'none'";
  std::string encoded = base64url_encode(std::span<const std::uint8_t>{*digest});
  std::replace(encoded.begin(), encoded.end(), '-', '+');
  std::replace(encoded.begin(), encoded.end(), '_', '/');
  return cat("'sha256-", encoded, "='");
}

HeaderLines common_headers(std::string policy) {
  return {{"Cache-Control", "no-store"},
          {"X-Content-Type-Options", "nosniff"},
          {"Content-Security-Policy", std::move(policy)},
          {"Referrer-Policy", "no-referrer"},
          {"X-Frame-Options", "DENY"},
          {"Cross-Origin-Resource-Policy", "same-origin"},
          {"Vary", "Accept"}};
}

}  // namespace

void begin_page(Html& html, const PageFrame& frame) {
  html.tag("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>").text(frame.title);
  html.tag(
      "</title>\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"robots\" content=\"noindex\">\n"
      "<link rel=\"icon\" href=\"data:,\">\n<style>");
  html.constant(kPageStyle).tag("</style>\n");
  if (frame.under_way) html.tag("<noscript><meta http-equiv=\"refresh\" content=\"5\"></noscript>\n");
  html.tag(
      "</head>\n<body>\n<a class=\"skip\" href=\"#main\">Skip to the content</a>\n"
      "<header>\n<nav aria-label=\"Page\"><a href=\"?\">Certificates</a></nav>\n"
      "<p id=\"live\" role=\"status\"></p>\n<button type=\"button\" id=\"pause\" hidden>Pause updates</button>\n"
      "</header>\n<main id=\"main\" tabindex=\"-1\" data-refresh=\"");
  html.number(static_cast<std::uint64_t>(frame.refresh)).tag("\">\n");
}

void end_page(Html& html, const StatusQuestion& question) {
  StatusQuestion json = question;
  json.format = StatusFormat::json;
  html.tag("</main>\n<footer>\n<p>All times are UTC. The same as <a href=\"").text(link_to(json), kLongestLink);
  html.tag("\">JSON</a>, and all as <a href=\"?format=metrics\">metrics for Prometheus</a>.</p>\n</footer>\n<script>");
  html.constant(kPageScript).tag("</script>\n</body>\n</html>\n");
}

std::vector<std::string> message_page(const std::string& title, const std::string& message, const std::string& hint) {
  Html html;
  begin_page(html, {cat(title, " - certificates"), 10, false});
  html.tag("<h1>").text(title).tag("</h1>\n<div class=\"banner bad\"><p>").text(message).tag("</p>");
  if (!hint.empty()) html.tag("\n<p class=\"hint\">").text(hint).tag("</p>");
  html.tag("</div>\n<p><a href=\"?\">All certificates</a></p>\n");
  end_page(html, {});
  return std::move(html).pieces();
}

HeaderLines html_headers() {
  return common_headers(cat("default-src 'none'; style-src ", source_hash(kPageStyle), "; script-src ",
                            source_hash(kPageScript),
                            "; connect-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; "
                            "frame-ancestors 'none'"));
}

HeaderLines data_headers() { return common_headers("default-src 'none'; frame-ancestors 'none'"); }

}  // namespace acme
