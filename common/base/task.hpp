// Task<T>: a lazy coroutine that is awaited once, on the engine's one thread.
//
// One form only, because g++ 12 miscompiles others without a warning:
//
//     auto task = fetch(std::move(options));
//     auto result = co_await std::move(task);
//
// No co_await inside a condition, `?:`, `&&`, braces or an argument list; no capturing coroutine
// lambdas; parameters by value unless the caller outlives the task. `make lint` looks for the rest.
#pragma once

#include <coroutine>
#include <exception>
#include <optional>
#include <utility>

namespace acme {

template <class T>
class Task;

namespace detail {

/// Resumes whoever awaited the task, if it had to wait at all.
struct ResumeContinuation {
  bool await_ready() const noexcept { return false; }
  template <class Promise>
  std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> finished) const noexcept {
    const std::coroutine_handle<> continuation = finished.promise().continuation_;
    if (continuation) return continuation;
    return std::noop_coroutine();
  }
  void await_resume() const noexcept {}
};

struct PromiseBase {
  std::suspend_always initial_suspend() const noexcept { return {}; }
  ResumeContinuation final_suspend() const noexcept { return {}; }
  void unhandled_exception() const noexcept { std::terminate(); }
  std::coroutine_handle<> continuation_;
};

template <class T>
struct Promise : PromiseBase {
  Task<T> get_return_object();
  void return_value(T value) { value_.emplace(std::move(value)); }
  T take() { return std::move(*value_); }
  std::optional<T> value_;
};

template <>
struct Promise<void> : PromiseBase {
  Task<void> get_return_object();
  void return_void() const noexcept {}
  void take() const noexcept {}
};

}  // namespace detail

template <class T>
class [[nodiscard]] Task {
 public:
  using promise_type = detail::Promise<T>;
  using CoroutineHandle = std::coroutine_handle<promise_type>;

  explicit Task(CoroutineHandle handle) noexcept : handle_{handle} {}
  Task(Task&& other) noexcept : handle_{std::exchange(other.handle_, {})} {}
  Task(const Task&) = delete;
  Task& operator=(const Task&) = delete;
  Task& operator=(Task&&) = delete;
  ~Task() {
    if (handle_) handle_.destroy();
  }

  bool await_ready() const noexcept { return false; }
  // The child runs here, at once; symmetric transfer on start would overflow the stack at -O0 and
  // under ASan. The continuation is set only when the child did not finish meanwhile.
  bool await_suspend(std::coroutine_handle<> awaiting) noexcept {
    handle_.resume();
    if (handle_.done()) return false;
    handle_.promise().continuation_ = awaiting;
    return true;
  }
  T await_resume() { return handle_.promise().take(); }

 private:
  CoroutineHandle handle_;
};

namespace detail {

template <class T>
Task<T> Promise<T>::get_return_object() {
  return Task<T>{std::coroutine_handle<Promise<T>>::from_promise(*this)};
}

inline Task<void> Promise<void>::get_return_object() {
  return Task<void>{std::coroutine_handle<Promise<void>>::from_promise(*this)};
}

/// Starts at once and frees itself: the root of a chain of tasks (Scheduler::spawn).
struct Detached {
  struct promise_type {
    Detached get_return_object() const noexcept { return {}; }
    std::suspend_never initial_suspend() const noexcept { return {}; }
    std::suspend_never final_suspend() const noexcept { return {}; }
    void return_void() const noexcept {}
    void unhandled_exception() const noexcept { std::terminate(); }
  };
};

}  // namespace detail

}  // namespace acme
