#include "common/control/acmectl/options.hpp"

#include <CLI/CLI.hpp>

#include "common/base/text.hpp"
#include "common/control/revocation_reason.hpp"

namespace acme {

namespace {

class CommandLine {
 public:
  CommandLine() {
    app_.name("acmectl");
    app_.require_subcommand(1);
    app_.fallthrough();
    app_.set_version_flag("--version", "acmectl " ACME_VERSION);
    app_.add_option("--state", options_.state, "State directory of the server (default: all under /var/lib/acme)")
        ->type_name("DIR");
    app_.footer(
        "Exit codes: 0 done, 1 failed, 2 usage, 3 no engine running, 4 no permission, 5 unknown name,\n"
        "            6 not confirmed, 7 ambiguous name, 8 the engine ended meanwhile. See acmectl(8).");
    add_lists();
    add_check();
    add_renew();
    add_revoke();
    add_account();
    add_export();
    add(app_, "notify-test", "Send a test notice to everybody that acme_notify names", Command::notify_test);
  }

  Parsed parse(int argc, const char* const* argv) {
    try {
      app_.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
      const bool asked = error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success);
      if (asked) {
        app_.exit(error);
      } else {
        std::cerr << "acmectl: " << cleaned(error.what()) << " (acmectl --help shows how it is used)\n";
      }
      return {std::move(options_), asked ? ExitCode::done : ExitCode::usage};
    }
    return {std::move(options_), std::nullopt};
  }

 private:
  CLI::App* add(CLI::App& parent, const std::string& word, const std::string& help, Command command) {
    CLI::App* sub = parent.add_subcommand(word, help);
    sub->parse_complete_callback([this, command] { options_.command = command; });
    return sub;
  }
  void add_json(CLI::App* sub) { sub->add_flag("--json", options_.json, "As JSON"); }
  void add_yes(CLI::App* sub) { sub->add_flag("-y,--yes", options_.yes, "Do not ask"); }

  void add_lists() {
    CLI::App* status = add(app_, "status", "What each certificate's state is, as a table", Command::status);
    add_json(status);
    status->add_option("NAME", options_.name, "Only this certificate");
    CLI::App* certificates = add(app_, "certificates", "All that is known of each certificate", Command::certificates);
    certificates->add_option("NAME", options_.name, "Only this certificate");
    CLI::App* plan = add(app_, "plan", "What a reload would order, renew or replace", Command::plan);
    add_json(plan);
    CLI::App* config = add(app_, "config", "What the running server is configured for", Command::config);
    add_json(config);
  }

  void add_check() {
    CLI::App* check =
        add(app_, "check", "Whether an order would succeed: DNS, ports, the CA, this machine", Command::check);
    add_json(check);
    check->add_option("NAME", options_.names, "Only the certificates with these names; default: all");
  }

  void add_renew() {
    CLI::App* renew = add(app_, "renew", "Renew what is due, or try again now what failed", Command::renew);
    auto* name = renew->add_option("NAME", options_.name, "The certificate: one of its names, or its id");
    auto* all = renew->add_flag("--all", options_.all, "All certificates");
    all->excludes(name);
    renew->add_flag("--force", options_.force, "Also what is not due yet");
    renew->add_flag("--dry-run", options_.dry_run, "The whole way against the CA's staging environment; keeps nothing");
    renew->final_callback([this] {
      if (options_.name.empty() && !options_.all) throw CLI::RequiredError("NAME or --all");
    });
  }

  void add_revoke() {
    CLI::App* revoke = add(app_, "revoke", "Revoke a certificate and order a new one", Command::revoke);
    auto* name = revoke->add_option("NAME", options_.name, "The certificate: one of its names, or its id");
    revoke
        ->add_option_function<std::string>(
            "--reason",
            [this](const std::string& word) {
              const auto reason = parse_revocation_reason(word);
              if (!reason) throw CLI::ValidationError("--reason", "one of " + revocation_reason_words());
              options_.reason = *reason;
            },
            "One of " + revocation_reason_words())
        ->type_name("REASON");
    revoke->add_option("--serial", options_.serial, "An older version of it, by its serial number in hex");
    auto* file = revoke->add_option("--cert", options_.certificate_file, "A certificate from a file instead of NAME");
    auto* key = revoke->add_option("--key", options_.key_file, "Its private key: sign with this, not with the account");
    revoke->add_option("--issuer", options_.issuer, "The issuer that the certificate of --cert is from");
    revoke->add_flag("--no-renew", options_.no_renew, "Order no new certificate");
    add_yes(revoke);
    file->type_name("FILE")->excludes(name);
    key->type_name("FILE")->needs(file);
    revoke->final_callback([this] {
      if (options_.name.empty() && options_.serial.empty() && options_.certificate_file.empty()) {
        throw CLI::RequiredError("NAME, --serial or --cert");
      }
    });
  }

  void add_account() {
    CLI::App* account = app_.add_subcommand("account", "The accounts at the issuers");
    account->require_subcommand(1);
    account->fallthrough();
    CLI::App* show = add(*account, "show", "Account, contact and status, as the CA says", Command::account_show);
    add_json(show);
    CLI::App* rollover = add(*account, "rollover", "Give the account a new key", Command::account_rollover);
    CLI::App* deactivate = add(*account, "deactivate", "Give the account up for good", Command::account_deactivate);
    for (CLI::App* sub : {show, rollover, deactivate})
      sub->add_option("ISSUER", options_.name, "Default: the only one");
    for (CLI::App* sub : {rollover, deactivate}) add_yes(sub);
  }

  void add_export() {
    CLI::App* out = add(app_, "export", "Chain and private key as PEM", Command::export_pem);
    out->add_option("NAME", options_.name, "The certificate: one of its names, or its id")->required();
    out->add_option("-o,--output", options_.output, "Write <name>.pem (0600) into this directory; default: print")
        ->type_name("DIR");
  }

  CLI::App app_{"Shows and steers the certificates of a web server with mod_acme or ngx_acme."};
  Options options_;
};

}  // namespace

Parsed parse_command_line(int argc, const char* const* argv) {
  CommandLine line;
  return line.parse(argc, argv);
}

}  // namespace acme
