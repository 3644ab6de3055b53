#include "mod_acme/tls.hpp"

#include <apr_optional_hooks.h>
#include <openssl/ssl.h>

#include "common/base/guard.hpp"
#include "mod_acme/host_config.hpp"
#include "mod_acme/load.hpp"

// mod_ssl_openssl.h, which Debian does not ship, declares this hook; the name is what binds it.
extern "C" {
typedef int ssl_HOOK_init_server_t(server_rec*, apr_pool_t*, int, SSL_CTX*);
}

namespace acme {

namespace {

extern "C" int acme_certificate_callback(SSL* ssl, void* slot) noexcept {
  return static_cast<CertificateSlot*>(slot)->on_certificate_callback(ssl);
}

int add_cert_files(server_rec* server, apr_pool_t* pool, apr_array_header_t* certificates, apr_array_header_t* keys) {
  const HostConfig& config = host_config(server);
  if (!config.load || !config.load->server() || !config.host) return DECLINED;
  // mod_ssl reads one virtual host's files before it asks for the next one's: those can go.
  std::vector<PemFile>& files = config.load->pem_files();
  files.clear();
  apr_array_clear(certificates);
  apr_array_clear(keys);
  for (const PemPair& pair : config.load->server()->pem_for(*config.host)) {
    auto file = PemFile::make(pair);
    if (!file) {
      HttpdLogger{server}.error(describe(file.error()));
      return HTTP_INTERNAL_SERVER_ERROR;
    }
    const char* path = apr_pstrdup(pool, file->path().c_str());
    *static_cast<const char**>(apr_array_push(certificates)) = path;
    *static_cast<const char**>(apr_array_push(keys)) = path;
    files.push_back(*std::move(file));
  }
  return OK;
}

}  // namespace

int acme_add_cert_files(server_rec* server, apr_pool_t* pool, apr_array_header_t* certificates,
                        apr_array_header_t* keys) noexcept {
  return guard(HTTP_INTERNAL_SERVER_ERROR, [&] { return add_cert_files(server, pool, certificates, keys); });
}

int acme_init_server(server_rec* server, apr_pool_t*, int is_proxy, SSL_CTX* context) noexcept {
  return guard(OK, [&] {
    const HostConfig& config = host_config(server);
    if (is_proxy || !config.load || !config.load->server() || !config.host) return DECLINED;
    CertificateSlot* slot = config.load->server()->slot(*config.host);
    if (slot) SSL_CTX_set_cert_cb(context, acme_certificate_callback, slot);
    return OK;
  });
}

void register_tls_hooks() {
  ap_hook_ssl_add_cert_files(acme_add_cert_files, nullptr, nullptr, APR_HOOK_REALLY_LAST);
  APR_OPTIONAL_HOOK(ssl, init_server, acme_init_server, nullptr, nullptr, APR_HOOK_MIDDLE);
}

}  // namespace acme
