// 带走: the check-lists of the visits that are marked go onto this phone, under a PIN.
"use strict";
(() => {
  const form = document.getElementById("take");
  if (!form || !visitSafe.fit()) return;
  const said = document.getElementById("take-said");
  for (const each of document.querySelectorAll(".take")) each.hidden = false;
  navigator.serviceWorker.register("/worker.js");
  const fields = document.getElementById("new-pin");
  const pin = document.getElementById("pin");
  const again = document.getElementById("pin-again");
  const say = (text) => { said.textContent = text; };

  const marked = () => [...document.querySelectorAll("input[name=child]:checked")].map((each) => each.value);

  async function slot(author) {
    const kept = await visitStore.slot("pin");
    return kept && (!author || kept.author === author);
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!marked().length) return say("请先选中要去的。");
    if (!(await slot()) && fields.hidden) {
      fields.hidden = false;
      pin.focus();
      return say("请设一个六位数字的 PIN。没有网络时，用它打开带走的名单。");
    }
    if (!fields.hidden && !/^\d{6}$/.test(pin.value)) return say("PIN 是六位数字。");
    if (!fields.hidden && pin.value !== again.value) return say("两次输入的 PIN 不一样。");
    const body = new URLSearchParams(marked().map((each) => ["child", each]));
    const answer = await fetch(form.action, { method: "POST", body, redirect: "manual" }).catch(() => null);
    if (!answer) return say("现在没有网络，请有网络时再带走。");
    if (answer.type === "opaqueredirect") return location.assign("/sign-in?next=/visits");
    if (!answer.ok) return say("没有带走，请稍后再试。");
    const { author, key, hours, visits } = await answer.json();
    if (!(await slot(author))) {
      if (!/^\d{6}$/.test(pin.value)) {
        fields.hidden = false;
        return say("请设一个六位数字的 PIN。");
      }
      await visitSafe.wipe();
      await visitSafe.setPin(author, key, pin.value, Number(form.dataset.rounds));
    }
    await visitSafe.keepList(author, await visitSafe.imported(visitSafe.raw(key)), visits, hours);
    if (navigator.storage && navigator.storage.persist) navigator.storage.persist();
    await navigator.serviceWorker.ready;
    pin.value = again.value = "";
    fields.hidden = true;
    say(`已带走 ${visits.length} 户，${hours} 小时后自动清除。`);
    document.getElementById("open-offline").hidden = false;
  });
})();
