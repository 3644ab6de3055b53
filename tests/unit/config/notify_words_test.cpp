#include "common/config/notify_words.hpp"

#include "common/base/log.hpp"
#include "common/base/text.hpp"
#include "tests/check.hpp"

using namespace acme;

namespace {

Result<NotifyConfig> parse(const std::vector<std::string>& arguments) {
  DirectiveContext context;
  context.where = "file:7";
  context.absolute_path = [](const std::string& path) { return path.front() == '/' ? path : "/prefix/" + path; };
  context.read_file = [](const std::string& path) -> Result<Secret> {
    if (path == "/prefix/hook.secret") return Secret{"top secret\r\n"};
    if (path == "/empty") return Secret{"\n"};
    return Error{ErrorKind::configuration, "no such file: " + path};
  };
  context.read_environment = [](const std::string& name) -> Result<Secret> {
    if (name == "HOOK") return Secret{"hidden"};
    return Error{ErrorKind::configuration, "no such variable: " + name};
  };
  context.check_roots = [](const std::string& path) -> Status {
    if (path == "/prefix/roots.pem") return {};
    return Error{ErrorKind::configuration, "no roots in " + path};
  };
  return parse_notify_directive(arguments, context);
}

void check_refused(const std::vector<std::string>& arguments, std::string_view why) {
  const auto parsed = parse(arguments);
  if (parsed) CHECK_EQ(join(arguments, " "), "refused");
  CHECK(parsed.error().kind == ErrorKind::configuration);
  const std::string said = describe(parsed.error());
  if (said.find(why) == std::string::npos) CHECK_EQ(said, why);
  CHECK(said.find("top secret") == std::string::npos);
}

}  // namespace

static void a_webhook_has_its_url_and_its_secret() {
  const auto hook = parse({"webhook", "https://chat.example/in/T0K3N?x=1", "secret_file=hook.secret",
                           "events=failed,not-live", "trusted_certificate=roots.pem"});
  CHECK_OK(hook);
  CHECK(hook->kind == NotifyKind::webhook);
  CHECK_EQ(hook->where, "file:7");
  CHECK_EQ(hook->target, "https://chat.example/in/T0K3N?x=1");
  CHECK_EQ(hook->secret.view(), "top secret");
  CHECK_EQ(hook->trusted, "/prefix/roots.pem");
  CHECK(hook->events == (std::vector<NoticeEvent>{NoticeEvent::failed, NoticeEvent::not_live}));
  CHECK_EQ(parse({"webhook", "https://a.example", "secret_env=HOOK"})->secret.view(), "hidden");
  CHECK(parse({"webhook", "http://127.0.0.1:8080/in"})->events.empty());
}

static void bad_webhooks_are_refused_without_showing_what_is_secret() {
  check_refused({"webhook"}, "acme_notify webhook URL");
  for (const char* url :
       {"http://chat.example/T0K3N", "ftp://chat.example/T0K3N", "chat.example/T0K3N", "https://",
        "https://u:T0K3N@chat.example/", "https://chat.example/T0K3N\r\nX: y", "https://chat.example/T0K3N b"}) {
    check_refused({"webhook", url}, "an https URL");
    CHECK(parse({"webhook", url}).error().message.find("T0K3N") == std::string::npos);
  }
  const std::string url = "https://chat.example/in";
  check_refused({"webhook", url, "secret=top secret"}, "secret_file= or secret_env=");
  check_refused({"webhook", url, "secret_file=/empty"}, "is empty");
  check_refused({"webhook", url, "secret_file=/missing"}, "no such file: /missing");
  check_refused({"webhook", url, "secret_env=NONE"}, "no such variable: NONE");
  check_refused({"webhook", url, "secret_env=HOOK", "secret_file=hook.secret"}, "given twice");
  check_refused({"webhook", url, "secret_file=hook.secret", "secret_file=hook.secret"}, "given twice");
  check_refused({"webhook", url, "trusted_certificate=/none"}, "no roots in /none");
  check_refused({"webhook", url, "from=a@example.org"}, "unknown parameter \"from=\"");
  check_refused({"webhook", url, "now"}, "\"now\" is not expected");
}

static void events_are_named() {
  const std::string url = "https://chat.example/in";
  CHECK_EQ(parse({"webhook", url, "events=failed,expiring,revoked,not-live,blocked,recovered,renewed"})->events.size(),
           7U);
  check_refused({"webhook", url, "events="}, "has no value");
  check_refused({"webhook", url, "events=failed,"}, "unknown event \"\"");
  check_refused({"webhook", url, "events=test"}, "unknown event \"test\"");
  check_refused({"webhook", url, "events=installed"}, "accepted: failed, expiring");
  check_refused({"webhook", url, "events=failed,failed"}, "named twice");
  for (const auto event : {NoticeEvent::failed, NoticeEvent::not_live, NoticeEvent::test}) {
    CHECK(parse_notice_event(notice_event_name(event)) == event);
  }
}

static void a_mail_has_an_address() {
  const auto mail =
      parse({"mail", "Jane.O'Neil+tls@example.com", "sendmail=/opt/bin/msmtp", "from=www@web1.example.com"});
  CHECK_OK(mail);
  CHECK(mail->kind == NotifyKind::mail);
  CHECK_EQ(mail->target, "Jane.O'Neil+tls@example.com");
  CHECK_EQ(mail->program, "/opt/bin/msmtp");
  CHECK_EQ(mail->from, "www@web1.example.com");
  CHECK_EQ(parse({"mail", "root"})->target, "root");
  CHECK_EQ(parse({"mail", "root"})->program, "/usr/sbin/sendmail");
}

static void what_is_no_address_is_refused() {
  for (const char* address :
       {"", "-oQ/tmp@example.com", "a b@example.com", "a@b@example.com", "a@", "@example.com", "a@-x.example",
        "a@example.com,b@example.com", "a@example.com\nBcc: b@example.com", "|/bin/sh", "/etc/passwd",
        "\"a\"@example.com", "a@[127.0.0.1]", "a@127.0.0.1", "a@*.example.com", "<a@example.com>", "a;b@example.com"}) {
    check_refused({"mail", address}, "one mail address");
    check_refused({"mail", "root", cat("from=", address)}, *address == '\0' ? "has no value" : "one mail address");
  }
  check_refused({"mail", "root", "sendmail=sendmail"}, "no absolute path");
  check_refused({"mail", "root", "secret_env=HOOK"}, "unknown parameter");
  check_refused({"mail", std::string(300, 'a') + "@example.com"}, "one mail address");
}

static void syslog_has_a_facility_and_a_socket() {
  const auto plain = parse({"syslog"});
  CHECK_OK(plain);
  CHECK_EQ(plain->target, "daemon");
  CHECK(plain->form == SyslogForm::any);
  const auto set = parse({"syslog", "facility=local3", "socket=/run/test.sock", "format=journald"});
  CHECK_OK(set);
  CHECK_EQ(set->target, "local3");
  CHECK_EQ(set->socket, "/run/test.sock");
  CHECK(set->form == SyslogForm::journald);
  CHECK(parse({"syslog", "socket=/run/test.sock"})->form == SyslogForm::syslog);
  CHECK_EQ(syslog_facility("local3").value_or(-1), 19);
  check_refused({"syslog", "facility=kern"}, "unknown facility \"kern\"");
  check_refused({"syslog", "socket=run/test.sock"}, "no path of a socket");
  check_refused({"syslog", cat("socket=/", std::string(200, 'x'))}, "no path of a socket");
  check_refused({"syslog", "format=gelf"}, "accepted: journald, syslog");
  check_refused({"syslog", "admin@example.com"}, "is not expected");
}

static void an_unknown_kind_is_refused() {
  check_refused({}, "accepted: webhook, mail, syslog");
  check_refused({"pager", "1"}, "unknown kind of receiver \"pager\"");
}

int main() {
  return acme_test::run(
      "notify_words", {ACME_TEST(a_webhook_has_its_url_and_its_secret),
                       ACME_TEST(bad_webhooks_are_refused_without_showing_what_is_secret), ACME_TEST(events_are_named),
                       ACME_TEST(a_mail_has_an_address), ACME_TEST(what_is_no_address_is_refused),
                       ACME_TEST(syslog_has_a_facility_and_a_socket), ACME_TEST(an_unknown_kind_is_refused)});
}
