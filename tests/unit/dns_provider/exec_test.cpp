#include "common/dns_provider/exec.hpp"

#include <sys/stat.h>

#include "common/base/text.hpp"
#include "tests/check.hpp"
#include "tests/fakes/poll_loop.hpp"
#include "tests/fakes/temporary_directory.hpp"

using namespace acme;
using namespace acme_test;
using namespace std::chrono_literals;

namespace {

struct World {
  explicit World(const std::string& text) {
    config.name = "exec";
    config.argv = {folder / "program", folder.path()};
    spill(folder / "program", "#!/bin/sh\n" + text);
    ::chmod((folder / "program").c_str(), 0755);
    tools.scheduler = &loop.scheduler;
    tools.descriptors = &loop.descriptors;
  }
  std::unique_ptr<DnsProvider> provider() {
    auto made = make_dns_provider(config, tools);
    CHECK_OK(made);
    return *std::move(made);
  }

  TemporaryDirectory folder;
  PollLoop loop;
  DnsProviderConfig config;
  DnsProviderTools tools;
};

const TxtRecord kRecord{"_acme-challenge.a.test", "v-1"};

}  // namespace

static void a_program_is_told_what_to_do() {
  World world{"shift; echo \"$*\" >>\"$(dirname $0)/calls\"; /usr/bin/env | sort >\"$(dirname $0)/environment\"\n"};
  world.config.argv.emplace_back("$HOME;id");
  world.config.secrets["credentials"] = Secret{std::string_view{"TOKEN=s3cret-token"}};
  auto provider = world.provider();
  CHECK_OK(world.loop.run(provider->present({kRecord})));
  CHECK_OK(world.loop.run(provider->clean_up({kRecord})));
  CHECK_EQ(slurp(world.folder / "calls"),
           "$HOME;id present _acme-challenge.a.test v-1\n$HOME;id cleanup _acme-challenge.a.test v-1\n");
  const std::string environment = slurp(world.folder / "environment");
  CHECK(environment.find("ACME_DNS_ACTION=cleanup\nACME_DNS_NAME=_acme-challenge.a.test\nACME_DNS_TTL=60\n"
                         "ACME_DNS_VALUE=v-1\nLANG=C.UTF-8\n") == 0);
  CHECK(environment.find("TOKEN=s3cret-token\n") != std::string::npos);
  CHECK(environment.find("HOME=") == std::string::npos);
}

static void lego_programs_get_a_last_dot() {
  World world{"shift; echo \"$*\" >\"$(dirname $0)/calls\"\n"};
  world.config.settings["convention"] = "lego";
  CHECK_OK(world.loop.run(world.provider()->present({kRecord})));
  CHECK_EQ(slurp(world.folder / "calls"), "present _acme-challenge.a.test. v-1\n");
}

static void a_failure_says_what_the_program_said() {
  World world{"echo; printf 'no such zone\\033[1m s3cret-token\\nmore\\n'; exit 1\n"};
  world.config.secrets["credentials"] = Secret{std::string_view{"TOKEN=s3cret-token"}};
  const auto status = world.loop.run(world.provider()->present({kRecord}));
  CHECK(status.error().kind == ErrorKind::problem);
  CHECK_EQ(
      status.error().message,
      cat(world.folder / "program", " present _acme-challenge.a.test ended with status 1: no such zone?[1m (hidden)"));
}

static void each_record_is_tried_whichever_fails() {
  World world{"echo $3 >>\"$1/calls\"; test $3 != b.test\n"};
  const auto status = world.loop.run(world.provider()->present({{"a.test", "v"}, {"b.test", "v"}, {"c.test", "v"}}));
  CHECK(status.error().message.find("present b.test ended with status 1") != std::string::npos);
  CHECK_EQ(slurp(world.folder / "calls").size(), 21U);
}

static void megabytes_of_output_are_cut() {
  World world{"head -c 4000000 /dev/zero | tr '\\0' x; exit 1\n"};
  const auto status = world.loop.run(world.provider()->present({kRecord}));
  CHECK(status.error().message.size() < 600);
  CHECK(status.error().message.find("xxx") != std::string::npos);
}

static void a_hanging_program_is_ended() {
  World world{"sleep 300\n"};
  world.config.settings["timeout"] = "1s";
  const auto began = world.loop.clock.steady_now();
  const auto status = world.loop.run(world.provider()->present({kRecord}));
  CHECK(status.error().kind == ErrorKind::server_error);
  CHECK(status.error().message.find("was ended after 1 s") != std::string::npos);
  CHECK(world.loop.clock.steady_now() - began < 5s);
}

static void a_program_that_is_not_there_is_a_mistake() {
  World world{""};
  world.config.argv = {world.folder / "nothing"};
  const auto status = world.loop.run(world.provider()->present({kRecord}));
  CHECK(status.error().kind == ErrorKind::configuration);
}

static void four_run_at_once() {
  World world{"mkdir $1/$3; ls -d $1/*.now | wc -l >>$1/counts; touch $1/$3.now; sleep 0.2; rm $1/$3.now\n"};
  std::vector<TxtRecord> records;
  for (int i = 0; i < 9; ++i) records.push_back({cat("n", i), "v"});
  const auto began = world.loop.clock.steady_now();
  CHECK_OK(world.loop.run(world.provider()->present(records)));
  const auto took = world.loop.clock.steady_now() - began;
  CHECK(took >= 580ms);
  std::istringstream counts{slurp(world.folder / "counts")};
  for (int count = 0; counts >> count;) CHECK(count <= 3);
}

static void settings_are_judged() {
  World world{""};
  const auto message = [&](const std::string& name, const std::string& value) {
    world.config.settings = {{name, value}};
    const auto made = make_dns_provider(world.config, world.tools);
    CHECK(made.error().kind == ErrorKind::configuration);
    return made.error().message;
  };
  CHECK_EQ(message("convention", "raw"), "convention=raw is neither plain nor lego");
  CHECK_EQ(message("timeout", "0"), "timeout=0 is not between 1s and 1h");
  CHECK_EQ(message("timeout", "2h"), "timeout=2h is not between 1s and 1h");
  world.config.name = "nobody\n";
  CHECK_EQ(message("timeout", "60s"), "there is no DNS provider \"nobody?\"");
}

int main() {
  return acme_test::run("exec", {
                                    ACME_TEST(a_program_is_told_what_to_do),
                                    ACME_TEST(lego_programs_get_a_last_dot),
                                    ACME_TEST(a_failure_says_what_the_program_said),
                                    ACME_TEST(each_record_is_tried_whichever_fails),
                                    ACME_TEST(megabytes_of_output_are_cut),
                                    ACME_TEST(a_hanging_program_is_ended),
                                    ACME_TEST(a_program_that_is_not_there_is_a_mistake),
                                    ACME_TEST(four_run_at_once),
                                    ACME_TEST(settings_are_judged),
                                });
}
