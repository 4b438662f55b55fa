// On every page of whoever visits: what is unsent is said and sent, and what was taken along goes
// when its person goes.
"use strict";
(() => {
  if (!visitSafe.fit()) return;
  const own = async () => {
    const answer = await fetch("/visits/key", { method: "POST", redirect: "manual" }).catch(() => null);
    return answer && answer.ok ? answer.json() : null;
  };

  async function tidy() {
    await visitSafe.wipeOld();
    const pin = await visitStore.slot("pin");
    const unsent = await visitSafe.unsent();
    if (!pin && !unsent.length) return;
    const { author, key } = (await own()) || {};
    if (!author) return remind();
    // Another person has signed in: the one before takes nothing along any more.
    if (pin && pin.author !== author) await visitSafe.wipe();
    await visitSend.flush(author, await visitSafe.imported(visitSafe.raw(key)));
    await remind();
  }

  async function remind() {
    const count = (await visitSafe.unsent()).length;
    let box = document.getElementById("unsent");
    if (!count) return box && box.remove();
    if (!box) {
      box = document.createElement("div");
      box.id = "unsent";
      box.className = "safety";
      box.setAttribute("role", "status");
      document.getElementById("main").prepend(box);
    }
    const link = document.createElement("a");
    link.href = "/offline";
    link.textContent = "打开看";
    box.replaceChildren(`手机上有 ${count} 份走访没有发送。`, link);
  }

  async function goes(form) {
    const count = (await visitSafe.unsent()).length;
    const go = async () => {
      await visitSafe.wipe();
      form.submit();
    };
    if (!count) return go();
    const dialog = document.createElement("dialog");
    dialog.setAttribute("aria-labelledby", "goes");
    const title = document.createElement("h2");
    title.id = "goes";
    title.textContent = `手机上有 ${count} 份走访没有发送`;
    const text = document.createElement("p");
    text.textContent = "退出后还留在手机上，加了锁，只有填写的人登录后才能打开和发送。带走的名单会清除。";
    const stay = document.createElement("button");
    stay.className = "main";
    stay.textContent = "先不退出";
    stay.addEventListener("click", () => dialog.remove());
    const leave = document.createElement("button");
    leave.textContent = "仍然退出";
    leave.addEventListener("click", go);
    dialog.append(title, text, stay, leave);
    document.body.append(dialog);
    dialog.showModal();
  }

  for (const form of document.querySelectorAll("form[action='/sign-out']")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      goes(form);
    });
  }
  addEventListener("online", tidy);
  visitStore.onChange(remind);
  tidy();
})();
