// What a page does by itself, where it may: everything here is also possible without it.
"use strict";
(() => {
  const faults = document.querySelector(".faults");
  if (faults) faults.focus();

  // What is being written is kept, a moment after each change.
  for (const form of document.querySelectorAll("form[data-draft]")) {
    let waiting = 0;
    form.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => keep(form), 800);
    });
    form.addEventListener("submit", () => clearTimeout(waiting));
  }
  function keep(form) {
    return fetch("/drafts", { method: "POST", body: new URLSearchParams(new FormData(form)), keepalive: true });
  }

  // A page that nobody uses is folded away.
  const seconds = Number(document.body.dataset.locksIn);
  if (seconds) {
    let until = Date.now() + seconds * 1000;
    let told = Date.now();
    const awake = () => {
      until = Date.now() + seconds * 1000;
      if (Date.now() - told > 60000) {
        told = Date.now();
        fetch("/awake", { method: "POST" });
      }
    };
    for (const kind of ["keydown", "pointerdown", "scroll"]) addEventListener(kind, awake, { passive: true });
    setInterval(() => {
      if (Date.now() > until) location.assign("/locked?next=" + encodeURIComponent(location.pathname + location.search));
    }, 1000);
  }

  // Printing is the browser's.
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }

  // A day may also be found by sliding back from the last one.
  for (const field of document.querySelectorAll("[data-days-back]")) {
    const day = document.getElementById(field.dataset.daysBack);
    const slider = field.querySelector("input");
    const last = Date.parse(day.max);
    slider.value = Math.round((last - Date.parse(day.value)) / 86400000);
    slider.addEventListener("input", () => {
      day.value = new Date(last - slider.value * 86400000).toISOString().slice(0, 10);
    });
    slider.addEventListener("change", () => day.form.requestSubmit());
    field.hidden = false;
  }

  // A form is sent once.
  addEventListener("submit", (event) => {
    const button = event.submitter;
    if (button && !event.defaultPrevented) setTimeout(() => { button.disabled = true; }, 0);
  });
  addEventListener("pageshow", () => {
    for (const button of document.querySelectorAll("button:disabled")) button.disabled = false;
  });

  // Something that is seen here has changed: only that, and never what.
  if (document.querySelector("[hx-trigger*='hub:changed']")) {
    const changes = new EventSource("/changes");
    changes.addEventListener("changed", () => document.body.dispatchEvent(new CustomEvent("hub:changed")));
    addEventListener("pagehide", () => changes.close());
  }
})();
