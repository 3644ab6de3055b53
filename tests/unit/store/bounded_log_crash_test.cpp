// The engine's log on a disk that fails at any call (crash_trial.hpp): bounded, in whole lines, and it goes on.
#include "common/store/bounded_log.hpp"

#include "common/base/text.hpp"
#include "tests/unit/store/store_trial.hpp"

using namespace acme;
using namespace acme_test;

namespace {

constexpr std::size_t kLimit = 1024 * 1024;

/// Lines of an engine's life, before which there was room for one, or for all of them.
class WriteLines final : public StoreTrial {
 public:
  explicit WriteLines(std::size_t present) : present_{present} {}

 private:
  void fill(FileStore&) override {
    std::string text(present_, 'o');
    text.back() = '\n';
    CHECK_OK(write_file_at(open_engine_tree(kPath)->get(), "log", text, 0600, Durability::durable));
  }
  bool change(FileStore&) override {
    const auto tree = open_engine_tree(kPath);
    if (!tree) return false;
    BoundedLog log{tree->get(), clock()};
    for (const char* line : {"first", "second", "third"}) log.write(LogLevel::notice, line);
    if (disk().dead()) return false;
    disk().fail({});
    disk().read_only(false);
    disk().make_room();
    log.write(LogLevel::notice, "last");
    return true;
  }
  void look(FileStore&, Ending ending) override {
    const auto tree = open_engine_tree(kPath);
    const auto text = read_file_at(tree->get(), "log", kLimit);
    const auto older = read_file_at(tree->get(), "log.1", kLimit);
    CHECK(text || text.error().kind == ErrorKind::not_found);
    CHECK(older || older.error().kind == ErrorKind::not_found);
    CHECK(text || older);
    if (ending == Ending::interrupted || ending == Ending::forgotten) return;
    // What was there before is not lost to a fault.
    CHECK_EQ((text ? text->find("oo") : 0) == 0 || (older && older->find("oo") == 0), true);
    if (ending == Ending::done) CHECK(text && last_line(*text) == cat(format_rfc3339(clock().now()), " notice last"));
  }
  static std::string last_line(std::string_view text) {
    CHECK(text.ends_with('\n'));
    text.remove_suffix(1);
    return std::string{text.substr(text.rfind('\n') + 1)};
  }

  const std::size_t present_;
};

}  // namespace

static void lines_are_whole_and_go_on() {
  explore([] { return std::make_unique<WriteLines>(100); }, {.durable = false, .power_cuts = 1});
}

static void a_log_is_rotated_or_stays() {
  explore([] { return std::make_unique<WriteLines>(kLimit - 40); }, {.durable = false, .power_cuts = 1});
}

int main() {
  return acme_test::run("bounded_log_crash",
                        {ACME_TEST(lines_are_whole_and_go_on), ACME_TEST(a_log_is_rotated_or_stays)});
}
