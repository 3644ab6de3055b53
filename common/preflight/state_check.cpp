#include "common/preflight/state_check.hpp"

#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "common/base/text.hpp"

namespace acme {

namespace {

constexpr unsigned long long kMegabyte = 1024ULL * 1024;
constexpr unsigned long long kNone = 2 * kMegabyte;
constexpr unsigned long long kLittle = 50 * kMegabyte;
constexpr unsigned long long kFewInodes = 1000;

Finding judge_room(const std::string& state_path, const DirectoryFacts& facts) {
  const bool no_inodes = facts.has_inodes && facts.free_inodes < 20;
  const std::string room =
      cat(facts.free_bytes / kMegabyte, " MB free", facts.has_inodes ? cat(", ", facts.free_inodes, " inodes") : "");
  const auto finding = [&](Severity severity) {
    return Finding{"space", state_path, severity, cat("the file system of ", state_path, " has ", room)};
  };
  if (facts.free_bytes < kNone || no_inodes) {
    return finding(Severity::failure)
        .because("a new certificate could not be stored")
        .mended_by(cat("make room: `df -h ", state_path, "` and `df -i ", state_path, "`"));
  }
  if (facts.free_bytes < kLittle || (facts.has_inodes && facts.free_inodes < kFewInodes)) {
    return finding(Severity::warning).because("it is nearly full").mended_by("make room");
  }
  return finding(Severity::ok);
}

}  // namespace

DirectoryFacts directory_facts(const std::string& state_path) {
  DirectoryFacts facts;
  struct stat status {};
  facts.there = ::stat(state_path.c_str(), &status) == 0;
  facts.is_directory = facts.there && S_ISDIR(status.st_mode);
  facts.owner = status.st_uid;
  facts.mode = status.st_mode & 07777U;
  facts.writable = ::access(cat(state_path, "/engine").c_str(), W_OK | X_OK) == 0;
  struct statvfs room {};
  facts.has_space = ::statvfs(state_path.c_str(), &room) == 0;
  if (!facts.has_space) return facts;
  facts.free_bytes = static_cast<unsigned long long>(room.f_bavail) * room.f_frsize;
  facts.free_inodes = room.f_favail;
  facts.has_inodes = room.f_files > 0;
  return facts;
}

std::vector<Finding> judge_state(const std::string& state_path, const DirectoryFacts& facts) {
  const auto finding = [&](Severity severity, const std::string& what) {
    return Finding{"state", state_path, severity, cat("the state directory ", state_path, what)};
  };
  if (!facts.is_directory) {
    return {
        finding(Severity::failure, " is gone")
            .because("it was removed, or its file system is not mounted")
            .mended_by("restore it from a backup, or restart the server: it is made anew, and all is ordered again")};
  }
  std::vector<Finding> findings;
  if (!facts.writable) {
    findings.push_back(finding(Severity::failure, " cannot be written")
                           .because("its engine/ does not belong to the user that the server's workers run as, or the "
                                    "file system is read-only")
                           .mended_by(cat("restart the server, which gives engine/ to its worker user; `ls -l ",
                                          state_path, "` and `mount` show what is wrong")));
  } else if ((facts.mode & 022U) != 0) {
    findings.push_back(finding(Severity::warning, " can be written by others")
                           .because("whoever may write there can replace keys and certificates")
                           .mended_by(cat("chmod 755 ", state_path)));
  } else {
    findings.push_back(finding(Severity::ok, " can be written"));
  }
  if (facts.has_space) findings.push_back(judge_room(state_path, facts));
  return findings;
}

}  // namespace acme
