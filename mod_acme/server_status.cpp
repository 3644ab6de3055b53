#include "mod_acme/server_status.hpp"

#include "common/base/guard.hpp"
#include "common/base/text.hpp"
#include "mod_acme/load.hpp"

extern "C" {
#include <apr_optional_hooks.h>
#include <mod_status.h>
}

namespace acme {

namespace {

enum class Form { html, lines };  // lines: "server-status?auto"

void row(request_rec* request, Form form, const char* key, const char* label, const std::string& value) {
  if (form == Form::lines) {
    ap_rprintf(request, "Acme%s: %s\n", key, value.c_str());
  } else {
    ap_rprintf(request, "<dt>%s: %s</dt>\n", label, ap_escape_html(request->pool, value.c_str()));
  }
}

/// "Acme" + "Valid": keys are as mod_status' own.
std::string key_of(CertificateStanding standing) {
  std::string key = standing_name(standing);
  key.front() = static_cast<char>(key.front() - 'a' + 'A');
  return key;
}

void counts(request_rec* request, Form form, const Overview& overview) {
  std::uint32_t all = 0;
  std::string words;
  for (std::size_t i = 0; i < kStandings; ++i) {
    const auto standing = static_cast<CertificateStanding>(i);
    const std::uint32_t count = overview.counts[i];
    all += count;
    if (form == Form::lines) row(request, form, key_of(standing).c_str(), "", cat(count));
    if (count > 0) words += cat(words.empty() ? "" : ", ", count, " ", standing_name(standing));
  }
  const char* none = all == 0 ? "none" : "";
  row(request, form, "Certificates", "Certificates", form == Form::lines ? cat(all) : cat(none, words));
}

void section(request_rec* request, Form form) {
  const Load* load = Load::of(request->server);
  if (!load || !load->server() || load->server()->configuration().certificates.empty()) return;
  const UtcTime now = SystemClock{}.now();
  const auto overview = load->server()->overview();
  if (form == Form::html) ap_rputs("<hr />\n<h1>ACME certificates (mod_acme)</h1>\n<dl>\n", request);
  if (!overview) {
    row(request, form, "Engine", "Engine", form == Form::lines ? "unknown" : describe(overview.error()));
  } else {
    const bool stale = now - overview->written > kStatusStale;
    row(request, form, "Engine", "Engine", stale ? "stale" : "alive");
    row(request, form, "StatusWritten", "Status written", format_rfc3339(overview->written));
    counts(request, form, *overview);
    if (!overview->reload_pending.empty()) {
      row(request, form, "ReloadPending", "A reload waits", cleaned(overview->reload_pending));
    }
  }
  if (form == Form::html) ap_rputs("</dl>\n", request);
}

extern "C" int acme_server_status(request_rec* request, int flags) noexcept {
  return guard(OK, [&] {
    section(request, (flags & AP_STATUS_SHORT) != 0 ? Form::lines : Form::html);
    return OK;
  });
}

}  // namespace

void register_server_status_hook() {
  APR_OPTIONAL_HOOK(ap, status_hook, acme_server_status, nullptr, nullptr, APR_HOOK_MIDDLE);
}

}  // namespace acme
