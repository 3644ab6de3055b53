#include "common/base/random.hpp"

#include <array>
#include <set>

#include "tests/check.hpp"

using namespace acme;

namespace {

class Fixed final : public Random {
 public:
  explicit Fixed(std::uint64_t number) : number_{number} {}
  std::uint64_t next() override { return number_; }

 private:
  std::uint64_t number_;
};

}  // namespace

static void a_fraction_is_below_one() {
  CHECK_EQ(Fixed{0}.fraction(), 0.0);
  CHECK(Fixed{~std::uint64_t{0}}.fraction() < 1.0);
  CHECK_EQ(Fixed{std::uint64_t{1} << 63U}.fraction(), 0.5);
}

static void the_systems_chance_is_spread_and_not_repeated() {
  SystemRandom random;
  std::array<int, 10> buckets{};
  for (int i = 0; i < 10000; ++i) ++buckets.at(static_cast<std::size_t>(random.fraction() * 10));
  for (const int count : buckets) CHECK(count > 700 && count < 1300);
  std::set<std::uint64_t> firsts;
  for (int i = 0; i < 20; ++i) firsts.insert(SystemRandom{}.next());
  CHECK(firsts.size() >= 19);
}

int main() {
  return acme_test::run("random",
                        {ACME_TEST(a_fraction_is_below_one), ACME_TEST(the_systems_chance_is_spread_and_not_repeated)});
}
