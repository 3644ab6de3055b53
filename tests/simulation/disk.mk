# The simulated disk (tests/simulation/simulated_disk.hpp) for the programs that want one: its objects, and the linker's
# flags that lead the C library calls of their code to it. Unit tests named *_crash_test have it.

DISK_SOURCES := $(addprefix tests/simulation/,simulated_disk.cpp disk_image.cpp disk_kernel.cpp disk_kernel_calls.cpp \
                  disk_calls.cpp disk_path_calls.cpp disk_chance.cpp crash_trial.cpp)
DISK_OBJECTS := $(DISK_SOURCES:%.cpp=$(BUILD)/asan/%.o)
DISK_RELEASE := $(DISK_SOURCES:%.cpp=$(BUILD)/release/%.o)
DISK_CALLS   := open openat __openat_2 syscall close read pread write pwrite fsync fdatasync fstat fstatat stat lstat \
                access fstatfs renameat renameat2 unlinkat mkdirat mkdir symlinkat readlinkat linkat ftruncate fchmod \
                fchownat flock dup3 fcntl fdopendir readdir closedir time clock_gettime getrandom RAND_bytes \
                _ZNSt6chrono3_V212steady_clock3nowEv _ZNSt6chrono3_V212system_clock3nowEv
DISK_WRAP    := $(DISK_CALLS:%=-Wl,--wrap=%)

# Sanitized too, but fast: they run a million calls.
$(DISK_OBJECTS): CXXFLAGS_ASAN += -O2

$(CRASH_TESTS): $(BUILD)/asan/%: $(BUILD)/asan/%.o $(DISK_OBJECTS) $(FAKE_OBJECTS) $(BUILD)/asan/libacme.a
	$(call say,LINK)
	$(Q)$(CXX) $(CXXFLAGS_ASAN) $(filter %.o %.a,$^) -o $@ $(DISK_WRAP) $(LIBS) -lcmocka

-include $(DISK_OBJECTS:.o=.d) $(DISK_RELEASE:.o=.d)
