// The script of the status page: asks for the same page again and puts its live parts in place of those shown. The
// page is whole without it.
#pragma once

#include <string_view>

namespace acme {

/// Holds no "</" and no "<!--", so that it can stand in a <script> element as it is. Parts marked data-live are
/// replaced by those with the same id; forms lie outside of them, so what is being typed stays. It asks only while the
/// page is seen, waits twice as long after each failure (five minutes at most), and can be paused.
inline constexpr std::string_view kPageScript = R"js(
(function () {
  "use strict";
  var live = document.getElementById("live");
  var button = document.getElementById("pause");
  if (!window.fetch || !window.DOMParser || !window.AbortController) return;
  var timer = 0, failures = 0, paused = false, busy = false;

  function wait() {
    var seconds = Number(document.getElementById("main").dataset.refresh) || 10;
    return Math.min(seconds * Math.pow(2, failures), 300);
  }
  function plan() {
    clearTimeout(timer);
    if (!paused && !document.hidden) timer = setTimeout(update, wait() * 1000);
  }
  function selecting(part) {
    var selection = window.getSelection();
    return selection && !selection.isCollapsed && part.contains(selection.anchorNode);
  }
  function same(element) {
    var href = element.getAttribute("href");
    return function (other) {
      return element.id ? other.id === element.id : href !== null && other.getAttribute("href") === href;
    };
  }
  function replace(part, next) {
    if (part.innerHTML === next.innerHTML || selecting(part)) return;
    var active = part.contains(document.activeElement) ? document.activeElement : null;
    var open = Array.from(part.querySelectorAll("details[open]"), function (one) { return one.id; });
    part.replaceChildren.apply(part, Array.from(next.childNodes));
    open.forEach(function (id) {
      var one = document.getElementById(id);
      if (one) one.open = true;
    });
    if (!active) return;
    var again = Array.from(part.querySelectorAll("a[href],summary,[id]")).find(same(active));
    if (again) again.focus({ preventScroll: true });
  }
  function show(text) {
    var page = new DOMParser().parseFromString(text, "text/html");
    var main = document.getElementById("main"), next = page.getElementById("main");
    if (!next) throw new Error("another page");
    var x = window.scrollX, y = window.scrollY;
    var parts = Array.from(main.querySelectorAll("[data-live]"));
    var fits = parts.length > 0 && parts.length === next.querySelectorAll("[data-live]").length &&
      parts.every(function (part) { return page.getElementById(part.id); });
    var before = (main.querySelector("h1") || main).textContent;
    if (fits) {
      parts.forEach(function (part) { replace(part, page.getElementById(part.id)); });
    } else {
      replace(main, next);
    }
    main.dataset.refresh = next.dataset.refresh;
    document.title = page.title;
    window.scrollTo(x, y);
    var after = (main.querySelector("h1") || main).textContent;
    if (after !== before || failures > 0) live.textContent = after;
  }
  function update() {
    if (busy) return;
    busy = true;
    var abort = new AbortController();
    var late = setTimeout(function () { abort.abort(); }, 10000);
    fetch(location.href, { cache: "no-store", headers: { Accept: "text/html" }, signal: abort.signal })
      .then(function (answer) {
        if (answer.status >= 500) throw new Error(answer.status);
        return answer.text();
      })
      .then(function (text) {
        show(text);
        failures = 0;
      })
      .catch(function () {
        failures = Math.min(failures + 1, 10);
        live.textContent = "The server does not answer; shown is what it said last. Next try in " + wait() + " s.";
      })
      .then(function () {
        clearTimeout(late);
        busy = false;
        plan();
      });
  }

  button.hidden = false;
  button.addEventListener("click", function () {
    paused = !paused;
    button.textContent = paused ? "Resume updates" : "Pause updates";
    if (paused) clearTimeout(timer); else update();
  });
  document.addEventListener("visibilitychange", function () {
    if (document.hidden) clearTimeout(timer); else if (!paused) update();
  });
  plan();
})();
)js";

}  // namespace acme
