// Writes the status of a server with many certificates, for looking at its page without having that server.
//
//     synthetic_status STATE_PATH COUNT [SECONDS_AGO]
//
// Makes STATE_PATH/engine/status (and what is missing above it, engine/ with mode 0700), as a running engine would;
// run it as the user that the server's workers have. A server whose engine lives there writes its own over it, so none
// may have certificates to tend. The moment of writing is now, or SECONDS_AGO: after 90 s the page says that the engine
// is gone.
#include <cstdlib>
#include <iostream>

#include "common/base/log.hpp"
#include "tests/bench/synthetic_certificates.hpp"

int main(int argc, char** argv) {
  const auto count = argc == 3 || argc == 4 ? acme::parse_number(argv[2]) : std::nullopt;
  const auto ago = argc == 4 ? acme::parse_number(argv[3]) : std::uint64_t{0};
  if (!count || *count > 1'000'000 || !ago || *ago > 1'000'000'000) {
    std::cerr << "usage: synthetic_status STATE_PATH COUNT [SECONDS_AGO]\n";
    return 2;
  }
  const acme::SystemClock clock;
  const auto written =
      acme_bench::write_synthetic(argv[1], static_cast<std::size_t>(*count), clock.now() - acme::Seconds{*ago});
  if (written) return 0;
  std::cerr << "synthetic_status: " << acme::describe(written.error()) << '\n';
  return 1;
}
