"""managed(): a server with one issuer and some virtual hosts, the same for nginx and Apache."""
from . import places
from .apache import Apache
from .nginx import Nginx

SERVERS = ("nginx", "apache")


def _apache_word(word):
    """nginx's foo_bar is Apache's AcmeFooBar; a leading acme_ is not doubled."""
    parts = word.removeprefix("acme_").split("_")
    return "Acme" + "".join("SSL" if part == "ssl" else part.capitalize() for part in parts)


def line(kind, text):
    """A directive written in nginx's spelling, without ';'."""
    if kind == "nginx":
        return f"{text};\n"
    word, _, rest = text.strip().partition(" ")
    return f"{_apache_word(word)} {rest}\n"


def issuer(kind, ca, name="test", words=()):
    """An issuer block for `ca`; `words` are more of its lines in nginx's spelling, without ';'."""
    lines = [f"uri {ca.uri}", "contact admin@example.com", "accept_terms_of_service on", *words]
    if ca.trusted:
        lines.append(f"ssl_trusted_certificate {ca.trusted}")
    inside = "".join("    " + line(kind, text) for text in lines)
    if kind == "nginx":
        return f"acme_issuer {name} {{\n{inside}}}\n"
    return f"<AcmeIssuer {name}>\n{inside}</AcmeIssuer>\n"


def host(kind, tls_port, names, certificate="test", more=""):
    """A TLS virtual host; `certificate` are the arguments of acme_certificate, "" leaves the line out."""
    if kind == "nginx":
        line = f"    acme_certificate {certificate};\n" if certificate else ""
        return (f"server {{\n    listen 127.0.0.1:{tls_port} ssl;\n    server_name {' '.join(names)};\n{line}"
                f"    root html;\n{more}}}\n")
    line = f"    AcmeCertificate {certificate}\n" if certificate else ""
    alias = f"    ServerAlias {' '.join(names[1:])}\n" if names[1:] else ""
    return (f"<VirtualHost *:{tls_port}>\n    ServerName {names[0]}\n{alias}    SSLEngine on\n{line}{more}"
            "</VirtualHost>\n")


def static_host(kind, tls_port, names, certificate, key):
    """A TLS virtual host with a certificate of its own."""
    if kind == "nginx":
        more = f"    ssl_certificate {certificate};\n    ssl_certificate_key {key};\n"
    else:
        more = f"    SSLCertificateFile {certificate}\n    SSLCertificateKeyFile {key}\n"
    return host(kind, tls_port, names, certificate="", more=more)


def plain(kind, port, more=""):
    """The virtual host on which the CA asks."""
    if kind == "nginx":
        return f"server {{\n    listen 127.0.0.1:{port} default_server;\n    root html;\n{more}}}\n"
    return f"<VirtualHost *:{port}>\n    ServerName plain.invalid\n{more}</VirtualHost>\n"


def server(kind, workspace, text, plain_port, tls_port, **options):
    if kind == "nginx":
        return Nginx(workspace, text, tls_port=tls_port, **options)
    return Apache(workspace, text, listen=(f"127.0.0.1:{plain_port}", f"127.0.0.1:{tls_port}"), tls_port=tls_port,
                  **options)


def load_modules(apache, *names):
    """More of Apache's modules, before all else in its file."""
    with open(apache.conf_path, encoding="utf-8") as file:
        text = file.read()
    apache.write("".join(f"LoadModule {name}_module {places.APACHE_MODULES}/mod_{name}.so\n" for name in names) + text)


def managed(kind, workspace, ca, hosts, plain_port, tls_port, certificate="test", words=(), extra="", **options):
    """Not yet started. `hosts`: the names of each virtual host; `extra`: more lines at the top level."""
    text = issuer(kind, ca, words=words) + extra + plain(kind, plain_port)
    text += "".join(host(kind, tls_port, names, certificate) for names in hosts)
    return server(kind, workspace, text, plain_port, tls_port, **options)
