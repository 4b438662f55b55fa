// Leaves a page at once: the neutral one takes its place, so that "back" does not lead here again.
"use strict";
for (const link of document.querySelectorAll("a.leave")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    document.body.hidden = true;
    location.replace(link.href);
  });
}
