#include "common/dns/resolver.hpp"

#include <fstream>
#include <random>

#include "common/base/join.hpp"
#include "tests/fakes/local_dns.hpp"
#include "tests/fakes/manual_clock.hpp"
#include "tests/fakes/poll_loop.hpp"
#include "tests/fakes/temporary_directory.hpp"

#include "tests/check.hpp"

using namespace acme;
using namespace acme_test;

namespace {

constexpr std::chrono::milliseconds kShort{300};

struct World : PollLoop {
  Resolver resolver{{scheduler, descriptors}};

  Result<DnsAnswer> ask(const std::vector<std::string>& servers, DnsType type = DnsType::txt,
                        Duration limit = std::chrono::seconds{5}, const std::string& name = "www.example.org") {
    DnsQuestion question{name, type};
    question.servers = servers;
    question.limit = limit;
    return run(resolver.ask(std::move(question)));
  }
};

std::vector<DnsBytes> one(DnsBytes message) { return {std::move(message)}; }

DnsBytes txt(const std::string& owner, const std::string& value) { return dns_record(owner, 16, dns_txt({value})); }

/// The question answered with what the type holds.
std::vector<DnsBytes> answer_all(const DnsBytes& message, bool) {
  const std::string name = asked_name(message);
  switch (asked_type(message)) {
    case 1: return one(dns_answer(message, {dns_record(name, 1, {192, 0, 2, 7})}));
    case 28:
      return one(dns_answer(message, {dns_record(name, 28, {0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1})}));
    case 2: return one(dns_answer(message, {dns_record(name, 2, dns_name("NS1.Example.org"))}));
    case 6: return one(dns_answer(message, {}, 3, {dns_record("example.org", 6, dns_soa("ns1.example.org"))}));
    case 16:
      return one(dns_answer(message, {dns_record(name, 5, dns_name("alias.example.net")),
                                      dns_record("alias.example.net", 16, dns_txt({"part one, ", "part two"})),
                                      txt("ALIAS.example.net", "second")}));
    case 257:
      return one(dns_answer(message, {dns_record(name, 257, {128, 5, 'I', 's', 's', 'u', 'e', 'c', 'a', '.', 'x'})}));
    default: return {};
  }
}

}  // namespace

static void each_type_is_read() {
  LocalDns server{answer_all};
  World world;
  const auto a = world.ask({server.address()}, DnsType::a);
  CHECK_OK(a);
  CHECK(a->authoritative);
  CHECK_EQ(a->records.at(0).data, "192.0.2.7");
  CHECK_EQ(a->records.at(0).ttl, 60U);
  CHECK_EQ(world.ask({server.address()}, DnsType::aaaa)->records.at(0).data, "2001:db8::1");
  CHECK_EQ(world.ask({server.address()}, DnsType::ns)->records.at(0).data, "ns1.example.org");
  const auto soa = world.ask({server.address()}, DnsType::soa);
  CHECK(soa->outcome == DnsOutcome::no_name);
  CHECK_EQ(soa->authority.at(0).owner, "example.org");
  CHECK_EQ(soa->authority.at(0).data, "ns1.example.org");
  const auto text = world.ask({server.address()});
  CHECK_EQ(text->records.size(), 3U);
  CHECK(text->records[0].type == DnsType::cname);
  CHECK_EQ(text->records[0].data, "alias.example.net");
  CHECK_EQ(text->records[1].data, "part one, part two");
  CHECK_EQ(text->records[2].data, "second");
  const auto caa = world.ask({server.address()}, DnsType::caa);
  CHECK(caa->records.at(0).caa.critical);
  CHECK_EQ(caa->records[0].caa.tag, "issue");
  CHECK_EQ(caa->records[0].caa.value, "ca.x");
}

static void names_are_checked_before_they_are_asked() {
  LocalDns server{answer_all};
  World world;
  const std::string long_label(64, 'a');
  for (const std::string& bad :
       {std::string{}, std::string{"."}, std::string{"a..b"}, std::string{"a b.example"}, std::string{"a\\.b"},
        std::string{"x\0y.example", 11}, long_label + ".example", std::string{"b\xc3\xbc.example"}}) {
    const auto answer = world.ask({server.address()}, DnsType::txt, kShort, bad);
    CHECK(!answer && answer.error().kind == ErrorKind::configuration);
  }
  CHECK_EQ(server.by_udp(), 0);
  CHECK_OK(world.ask({server.address()}, DnsType::txt, kShort, "_acme-challenge.WWW.example.org."));
}

static void a_truncated_answer_comes_by_tcp() {
  LocalDns server{[](const DnsBytes& message, bool tcp) {
    if (tcp) {
      std::vector<DnsBytes> records;
      for (int i = 0; i < 1600; ++i) records.push_back(txt("www.example.org", "value " + std::to_string(i)));
      return one(dns_answer(message, records));
    }
    DnsBytes answer = dns_answer(message, {});
    answer[2] |= 2;
    return one(answer);
  }};
  World world;
  const auto answer = world.ask({server.address()});
  CHECK_OK(answer);
  CHECK_EQ(answer->records.size(), 1600U);
  CHECK_EQ(server.by_tcp(), 1);
}

static void what_is_no_answer_to_the_question_is_passed_over() {
  LocalDns server{[](const DnsBytes& message, bool) {
    DnsBytes wrong_id = dns_answer(message, {txt("www.example.org", "wrong id")});
    wrong_id[0] ^= 1;
    DnsBytes question = dns_answer(message, {txt("www.example.org", "a question")});
    question[2] &= 0x7F;
    DnsBytes other_name = dns_answer(message, {txt("www.example.org", "other name")});
    other_name[13] ^= 1;
    DnsBytes other_type = dns_answer(message, {txt("www.example.org", "other type")});
    other_type[12 + dns_name("www.example.org").size() + 1] = 1;
    const DnsBytes stub{message.begin(), message.begin() + 5};
    return std::vector<DnsBytes>{
        wrong_id, question, other_name, other_type, stub, {}, dns_answer(message, {txt("WWW.example.org", "right")})};
  }};
  World world;
  const auto answer = world.ask({server.address()});
  CHECK_OK(answer);
  CHECK_EQ(answer->records.size(), 1U);
  CHECK_EQ(answer->records[0].data, "right");
}

static void records_of_other_names_are_not_believed() {
  LocalDns server{[](const DnsBytes& message, bool) {
    return one(dns_answer(message, {txt("other.example.org", "foreign"), txt("www.example.org", "own"),
                                    dns_record("x.example", 5, dns_name("y.example")), txt("y.example", "stray"),
                                    dns_record("www.example.org", 16, dns_txt({"chaos"}), 3)}));
  }};
  World world;
  const auto answer = world.ask({server.address()});
  CHECK_OK(answer);
  CHECK_EQ(answer->records.size(), 1U);
  CHECK_EQ(answer->records[0].data, "own");
}

static void cnames_in_a_circle_end() {
  LocalDns server{[](const DnsBytes& message, bool) {
    return one(dns_answer(message, {dns_record("www.example.org", 5, dns_name("a.example")),
                                    dns_record("a.example", 5, dns_name("www.example.org"))}));
  }};
  World world;
  const auto answer = world.ask({server.address()});
  CHECK_OK(answer);
  CHECK_EQ(answer->records.size(), 2U);
}

static void garbage_is_an_error_and_the_next_server_is_asked() {
  const auto with_tail = [](const DnsBytes& message, DnsBytes tail) {
    DnsBytes bytes = dns_answer(message, {});
    bytes[7] = 1;
    bytes.insert(bytes.end(), tail.begin(), tail.end());
    return one(bytes);
  };
  const std::vector<LocalDns::Answer> garbage = {
      // A name that points to itself; a record cut short; data longer than the message; a label without an end.
      [&](const DnsBytes& message, bool) {
        return with_tail(message, {0xC0, 33, 0, 16, 0, 1, 0, 0, 0, 60, 0, 2, 1, 'x'});
      },
      [&](const DnsBytes& message, bool) {
        return with_tail(message, {3, 'w', 'w'});
      },
      [&](const DnsBytes& message, bool) {
        return with_tail(message, {0xC0, 12, 0, 16, 0, 1, 0, 0, 0, 60, 0xFF, 0xFF, 1, 'x'});
      },
      [&](const DnsBytes& message, bool) {
        return with_tail(message, {63, 'a'});
      },
      [&](const DnsBytes& message, bool) { return with_tail(message, {}); },
      [&](const DnsBytes& message, bool) { return with_tail(message, DnsBytes(3000, 0xC0)); },
  };
  LocalDns good{answer_all};
  for (const auto& bytes : garbage) {
    LocalDns bad{bytes};
    World world;
    const auto answer = world.ask({bad.address()});
    CHECK(!answer);
    CHECK(answer.error().kind == ErrorKind::server_error);
    CHECK(answer.error().message.find(bad.address()) != std::string::npos);
    CHECK_OK(world.ask({bad.address(), good.address()}));
  }
}

static void mutated_answers_do_no_harm() {
  std::mt19937 random{7};
  LocalDns server{[&](const DnsBytes& message, bool) {
    DnsBytes bytes = answer_all(message, false).front();
    for (int i = 0; i < 4; ++i) bytes[12 + random() % (bytes.size() - 12)] = static_cast<std::uint8_t>(random());
    if (random() % 4 == 0) bytes.resize(12 + random() % (bytes.size() - 12));
    // The right question, so that the rest is looked at.
    std::copy(message.begin() + 12, message.begin() + 12 + std::min<long>(33, static_cast<long>(bytes.size()) - 12),
              bytes.begin() + 12);
    return one(bytes);
  }};
  World world;
  for (int i = 0; i < 400; ++i) {
    const auto answer =
        world.ask({server.address()}, i % 2 == 0 ? DnsType::txt : DnsType::caa, std::chrono::milliseconds{20});
    if (!answer) CHECK(answer.error().kind == ErrorKind::server_error || answer.error().kind == ErrorKind::transport);
  }
}

static void outcomes_are_told_apart() {
  for (const auto& [code, outcome] :
       {std::pair{0, DnsOutcome::found}, std::pair{3, DnsOutcome::no_name}, std::pair{2, DnsOutcome::failed},
        std::pair{5, DnsOutcome::refused}, std::pair{9, DnsOutcome::refused}, std::pair{1, DnsOutcome::failed}}) {
    LocalDns server{[code = code](const DnsBytes& message, bool) { return one(dns_answer(message, {}, code)); }};
    World world;
    const auto answer = world.ask({server.address()});
    CHECK_OK(answer);
    CHECK(answer->outcome == outcome);
  }
  // An error without the question.
  LocalDns bare{[](const DnsBytes& message, bool) {
    DnsBytes answer = dns_answer(message, {}, 4);
    answer.resize(12);
    answer[5] = 0;
    return one(answer);
  }};
  World world;
  CHECK(world.ask({bare.address()})->outcome == DnsOutcome::failed);
}

static void a_lost_datagram_is_sent_again() {
  std::atomic<int> asked{0};
  LocalDns server{[&](const DnsBytes& message, bool) {
    return ++asked == 1 ? std::vector<DnsBytes>{} : answer_all(message, false);
  }};
  World world;
  CHECK_OK(world.ask({server.address()}));
  CHECK_EQ(server.by_udp(), 2);
}

static void silence_ends_at_the_limit_and_moves_a_server_back() {
  LocalDns silent{[](const DnsBytes&, bool) { return std::vector<DnsBytes>{}; }};
  LocalDns good{answer_all};
  World world;
  const auto begin = world.clock.steady_now();
  const auto answer = world.ask({silent.address()}, DnsType::txt, kShort);
  const auto spent = world.clock.steady_now() - begin;
  CHECK(!answer && answer.error().kind == ErrorKind::transport);
  CHECK(spent >= kShort && spent < kShort * 4);
  CHECK_OK(world.ask({silent.address(), good.address()}, DnsType::txt, kShort));
  CHECK_EQ(silent.by_udp(), 1);
}

static void nobody_there_is_told_at_once() {
  int port = 0;
  { port = LocalDns{answer_all}.port(); }
  World world;
  const auto begin = world.clock.steady_now();
  const auto answer = world.ask({"127.0.0.1:" + std::to_string(port)}, DnsType::txt, std::chrono::seconds{5});
  CHECK(!answer && answer.error().kind == ErrorKind::transport);
  CHECK(world.clock.steady_now() - begin < std::chrono::seconds{1});
}

static void a_stop_ends_questions_under_way() {
  LocalDns silent{[](const DnsBytes&, bool) { return std::vector<DnsBytes>{}; }};
  World world;
  std::vector<Task<void>> tasks;
  std::size_t cancelled = 0;
  const auto ask = [](World* w, std::string server, std::size_t* count) -> Task<void> {
    DnsQuestion question{"www.example.org", DnsType::a};
    question.servers = {server};
    auto task = w->resolver.ask(std::move(question));
    const auto answer = co_await std::move(task);
    if (!answer && answer.error().kind == ErrorKind::cancelled) ++*count;
  };
  for (int i = 0; i < 300; ++i) tasks.push_back(ask(&world, silent.address(), &cancelled));
  auto all = join_all(world.scheduler, std::move(tasks));
  world.scheduler.spawn(std::move(all));
  world.turn(std::chrono::milliseconds{20});
  world.scheduler.cancel_all();
  world.scheduler.run_ready();
  CHECK_EQ(cancelled, 300U);
}

static void a_changed_resolv_conf_is_noticed() {
  const TemporaryDirectory folder;
  const std::string path = folder / "resolv.conf";
  ManualClock clock;
  SystemResolvers resolvers{clock, path};
  CHECK_EQ(resolvers.servers().at(0), "127.0.0.1");  // no file
  spill(path, "nameserver 192.0.2.1\n");
  CHECK_EQ(resolvers.servers().at(0), "127.0.0.1");  // not looked at again so soon
  clock.advance(Seconds{2});
  CHECK_EQ(resolvers.servers().at(0), "192.0.2.1");
  spill(folder / "new", "nameserver 192.0.2.2\n");
  std::filesystem::rename(folder / "new", path);
  clock.advance(Seconds{2});
  CHECK_EQ(resolvers.servers().at(0), "192.0.2.2");
  std::filesystem::remove(path);
  clock.advance(Seconds{2});
  CHECK_EQ(resolvers.servers().at(0), "192.0.2.2");
}

static void the_systems_resolvers_are_asked() {
  LocalDns server{answer_all};
  const TemporaryDirectory folder;
  spill(folder / "resolv.conf", "# nobody\nnameserver " + server.address() + "\noptions ndots:2\n");
  World world;
  Resolver resolver{{world.scheduler, world.descriptors}, folder / "resolv.conf"};
  CHECK_OK(world.run(resolver.ask(DnsQuestion{"www.example.org", DnsType::a})));
}

static void resolv_conf_is_read_as_resolvers_do() {
  using Servers = std::vector<std::string>;
  CHECK(parse_resolv_conf("") == Servers{"127.0.0.1"});
  CHECK(parse_resolv_conf(
            "search example.org\nnameserver 192.0.2.1 # first\n\tnameserver 1.2.3.4\nnameserver\t2001:db8::1\r\n"
            "nameserverx 1.1.1.1\nnameserver resolver.example\n;nameserver 9.9.9.9\nnameserver 192.0.2.2") ==
        (Servers{"192.0.2.1", "1.2.3.4", "2001:db8::1", "192.0.2.2"}));
}

int main() {
  return acme_test::run(
      "dns/resolver",
      {ACME_TEST(each_type_is_read), ACME_TEST(names_are_checked_before_they_are_asked),
       ACME_TEST(a_truncated_answer_comes_by_tcp), ACME_TEST(what_is_no_answer_to_the_question_is_passed_over),
       ACME_TEST(records_of_other_names_are_not_believed), ACME_TEST(cnames_in_a_circle_end),
       ACME_TEST(garbage_is_an_error_and_the_next_server_is_asked), ACME_TEST(mutated_answers_do_no_harm),
       ACME_TEST(outcomes_are_told_apart), ACME_TEST(a_lost_datagram_is_sent_again),
       ACME_TEST(silence_ends_at_the_limit_and_moves_a_server_back), ACME_TEST(nobody_there_is_told_at_once),
       ACME_TEST(a_stop_ends_questions_under_way), ACME_TEST(a_changed_resolv_conf_is_noticed),
       ACME_TEST(the_systems_resolvers_are_asked), ACME_TEST(resolv_conf_is_read_as_resolvers_do)});
}
