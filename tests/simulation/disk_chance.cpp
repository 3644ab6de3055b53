// Time and chance of a program with a SimulatedDisk: from its clock and its seed while one lives, else the system's.
#include <sys/types.h>
#include <time.h>

#include <chrono>

#include "tests/simulation/disk_kernel.hpp"

using acme_test::disk_kernel;
using std::chrono::steady_clock;
using std::chrono::system_clock;

extern "C" {

time_t __real_time(time_t*);
time_t __wrap_time(time_t* place);
time_t __wrap_time(time_t* place) {
  if (disk_kernel() == nullptr) return __real_time(place);
  const time_t now = disk_kernel()->now().time_since_epoch().count();
  if (place != nullptr) *place = now;
  return now;
}

int __real_clock_gettime(clockid_t, timespec*);
int __wrap_clock_gettime(clockid_t clock, timespec* now);
int __wrap_clock_gettime(clockid_t clock, timespec* now) {
  if (disk_kernel() == nullptr) return __real_clock_gettime(clock, now);
  if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE) {
    *now = {disk_kernel()->now().time_since_epoch().count(), 0};
    return 0;
  }
  constexpr long kSecond = 1000000000;
  const long elapsed = disk_kernel()->steady_now().time_since_epoch().count();
  *now = {elapsed / kSecond, elapsed % kSecond};
  return 0;
}

ssize_t __real_getrandom(void*, size_t, unsigned);
ssize_t __wrap_getrandom(void* bytes, size_t size, unsigned flags);
ssize_t __wrap_getrandom(void* bytes, size_t size, unsigned flags) {
  if (disk_kernel() == nullptr) return __real_getrandom(bytes, size, flags);
  disk_kernel()->random_bytes(static_cast<unsigned char*>(bytes), size);
  return static_cast<ssize_t>(size);
}

int __real_RAND_bytes(unsigned char*, int);
int __wrap_RAND_bytes(unsigned char* bytes, int size);
int __wrap_RAND_bytes(unsigned char* bytes, int size) {
  if (disk_kernel() == nullptr) return __real_RAND_bytes(bytes, size);
  disk_kernel()->random_bytes(bytes, static_cast<std::size_t>(size));
  return 1;
}

// std::chrono's clocks, by the names that g++ gives their now().
steady_clock::time_point __real__ZNSt6chrono3_V212steady_clock3nowEv();
steady_clock::time_point __wrap__ZNSt6chrono3_V212steady_clock3nowEv();
steady_clock::time_point __wrap__ZNSt6chrono3_V212steady_clock3nowEv() {
  if (disk_kernel() == nullptr) return __real__ZNSt6chrono3_V212steady_clock3nowEv();
  return steady_clock::time_point{disk_kernel()->steady_now().time_since_epoch()};
}

system_clock::time_point __real__ZNSt6chrono3_V212system_clock3nowEv();
system_clock::time_point __wrap__ZNSt6chrono3_V212system_clock3nowEv();
system_clock::time_point __wrap__ZNSt6chrono3_V212system_clock3nowEv() {
  if (disk_kernel() == nullptr) return __real__ZNSt6chrono3_V212system_clock3nowEv();
  return system_clock::time_point{disk_kernel()->now().time_since_epoch()};
}

}  // extern "C"
