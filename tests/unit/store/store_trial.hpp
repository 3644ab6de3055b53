// StoreTrial: a CrashTrial of what lies in a prepared state directory.
#pragma once

#include <unistd.h>

#include <memory>
#include <string>

#include "common/store/file_store.hpp"
#include "common/store/state_directory.hpp"
#include "tests/simulation/crash_trial.hpp"
#include "tests/unit/store/sample_records.hpp"
// last: cmocka.h
#include "tests/check.hpp"

namespace acme_test {

inline const std::string kPath = "/simulated/state";
inline const WorkerIdentity kWorker{::geteuid(), ::getegid()};

/// Null when it cannot be opened.
inline std::unique_ptr<FileStore> open_store() {
  auto tree = open_engine_tree(kPath);
  return tree ? std::make_unique<FileStore>(*std::move(tree), secret()) : nullptr;
}

class StoreTrial : public CrashTrial {
 public:
  void prepare() override {
    CHECK_OK(prepare_state_directory(kPath, kWorker));
    CHECK_OK(ensure_secret(kPath));
    CHECK_OK(make_engine_tree(kPath));
    fill(*open_store());
  }
  bool operate() override {
    const auto store = open_store();
    return store && change(*store);
  }
  void check(Ending ending) override {
    const auto store = open_store();
    CHECK(store);
    look(*store, ending);
  }
  void tidy() override {
    CHECK_OK(make_engine_tree(kPath));
    open_store()->prune_certificate(kId, kNow);
  }

 protected:
  virtual void fill(FileStore&) {}
  virtual bool change(FileStore& store) = 0;
  virtual void look(FileStore& store, Ending ending) = 0;
};

}  // namespace acme_test
