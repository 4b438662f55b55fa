// The visits of the day on a phone, without a network: opened by the PIN, filled in, saved here,
// sent when it can be. What an answer states stands at its button (data-says); nothing is decided here.
"use strict";
(() => {
  const WORDS = { draft: "填写中", saved: "已存手机", sending: "上传中", received: "已收到", amend: "需要修改" };
  const find = (id) => document.getElementById(id);
  const form = find("questions");
  const settings = document.body.dataset;
  let me = null;
  let list = null;
  let current = null;
  let release = async () => {};
  let writing = Promise.resolve();
  let drawing = Promise.resolve();

  const made = (tag, text, className) => {
    const element = document.createElement(tag);
    if (text) element.textContent = text;
    if (className) element.className = className;
    return element;
  };
  const button = (text, pressed) => {
    const element = made("button", text);
    element.type = "button";
    element.addEventListener("click", pressed);
    return element;
  };
  const show = (name) => {
    for (const each of ["unfit", "locked", "nothing", "today", "visit"]) find(each).hidden = each !== name;
    scrollTo(0, 0);
  };
  const today = () => {
    const now = new Date();
    const two = (number) => String(number).padStart(2, "0");
    return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  };

  async function mine() {
    const records = (await visitStore.records()).filter((each) => each.author === me.author);
    records.sort((one, other) => other.at - one.at);
    return Promise.all(records.map(async (each) => ({ ...each, content: await visitSafe.read(me.key, each) })));
  }

  async function remind() {
    const unsent = await visitSafe.unsent();
    find("unsent").hidden = !unsent.length;
    const of = (found) => unsent.filter(found).length;
    const others = me ? of((each) => each.author !== me.author) : 0;
    const said = [
      [of((each) => each.state === "draft"), "份还没有填好"],
      [of((each) => each.state === "amend"), "份需要修改"],
      [others, "份由填写的人登录后发送"],
    ].filter(([count]) => count).map(([count, words]) => `${count} ${words}`);
    const rest = said.length ? `其中 ${said.join("，")}。` : "有网络时会自动发送。";
    find("unsent").textContent = `手机上有 ${unsent.length} 份走访没有发送。${rest}`;
  }

  // Opening.

  async function start() {
    if (!visitSafe.fit()) return show("unfit");
    navigator.serviceWorker.register("/worker.js");
    const old = await visitSafe.wipeOld();
    await remind();
    if (await visitStore.slot("pin")) {
      show("locked");
      find("pin").focus();
    } else nothing(old ? "带走的名单已过期，已从手机上清除。" : "");
  }

  function nothing(why) {
    find("why-nothing").hidden = !why;
    find("why-nothing").textContent = why;
    show("nothing");
  }

  find("pin").addEventListener("input", async ({ target }) => {
    const pin = target.value;
    if (!/^\d{6}$/.test(pin)) return;
    target.value = "";
    const told = await visitSafe.byPin(pin, Number(settings.tries));
    if (told.gone) return nothing("PIN 输错次数太多，带走的名单已从手机上清除。没有发送的走访还在，登录后发送。");
    if (told.left) {
      find("pin-fault").hidden = false;
      find("pin-fault").textContent = `PIN 不对，还可以试 ${told.left} 次。`;
      return;
    }
    me = told;
    list = await visitSafe.list(me.author, me.key);
    await showDay();
    send();
  });

  // The day.

  async function showDay() {
    await drawDay();
    show("today");
  }

  async function drawDay() {
    await remind();
    const records = await mine();
    const state = (ref) => records.find((each) => each.content.child_ref === ref);
    const visits = list ? list.visits : [];
    find("until").textContent = list ? `名单到 ${new Date(list.until).toLocaleString("zh-CN", { dateStyle: "long", timeStyle: "short" })} 清除。` : "带走的名单已清除。";
    find("children").replaceChildren(...visits.map((visit) => line(visit, state(visit.child_ref))));
    const listed = new Set(visits.map((each) => each.child_ref));
    const rest = records.filter((each) => each.state !== "received" && !listed.has(each.content.child_ref));
    find("kept").replaceChildren(...rest.map((each) => line(each.content, each)));
    find("others").hidden = !rest.length;
  }

  function line(visit, record) {
    const item = made("li");
    const open = button("", () => openVisit(visit));
    open.append(made("strong", visit.name || "（姓名不显示）"));
    for (const text of [visit.address, [visit.what, visit.due].filter(Boolean).join(" ")]) if (text) open.append(made("span", text));
    if (visit.safety && visit.safety.length) open.append(made("strong", "有安全提示", "first"));
    if (record) {
      const receipt = record.content.receipt ? `（回执号 ${record.content.receipt}）` : "";
      open.append(made("span", WORDS[record.state] + receipt, "state"));
    }
    item.append(open);
    return item;
  }

  // One visit.

  async function openVisit(visit) {
    const before = (await mine()).find((each) => each.content.child_ref === visit.child_ref);
    const { child_ref, name = "" } = visit;
    current = { uuid: crypto.randomUUID(), state: "draft", at: Date.now(), content: { child_ref, name, picked: {}, texts: {} }, visit };
    if (before) current = { ...before, visit };
    find("who").textContent = name || "（姓名不显示）";
    find("address").textContent = visit.address || "";
    find("safety").replaceChildren(...heeded(visit));
    find("reasons").hidden = true;
    find("faults").hidden = true;
    find("elsewhere").hidden = true;
    await hold(visit.child_ref);
    fill();
    show("visit");
    find("visit").querySelector("button").focus();
  }

  // Who fills in a visit holds it: another window shows it and changes nothing.
  async function hold(ref) {
    await release();
    if (!navigator.locks) return;
    await new Promise((asked) => {
      const over = navigator.locks.request(`visit-of-${ref}`, { ifAvailable: true }, (lock) => {
        find("elsewhere").hidden = Boolean(lock);
        asked();
        if (!lock) return null;
        return new Promise((done) => {
          release = () => {
            done();
            return over;
          };
        });
      });
    });
  }

  function heeded(visit) {
    const lines = (visit.safety || []).map((text) => {
      const box = made("div", "", "safety");
      box.append(made("strong", "安全提示 "), text);
      return box;
    });
    if (visit.contact) {
      const box = made("div", "", "safety");
      const call = made("a", visit.telephone);
      call.href = `tel:${visit.telephone}`;
      box.append(made("strong", "安全联系人 "), `${visit.contact} `, call, "。请联系此人，不联系监护人。");
      lines.push(box);
    }
    return lines;
  }

  function fill() {
    const { state, content } = current;
    form.reset();
    form.elements.visited_on.value = today();
    for (const [name, answer] of Object.entries(content.picked || {})) {
      const radio = find(`${name}-${answer}`);
      if (radio) radio.checked = true;
    }
    for (const [name, text] of Object.entries(content.texts || {})) if (form.elements[name]) named(name).value = text;
    harm();
    const editable = (state === "draft" || (state === "amend" && !content.recorded)) && find("elsewhere").hidden;
    find("form").hidden = !editable;
    find("answer").replaceChildren(...told(state, content));
  }

  // A radio and a text may have the same name.
  const named = (name) => form.querySelector(`textarea[name="${name}"], input:not([type="radio"])[name="${name}"]`);

  function told(state, content) {
    const box = made("div", "", state === "amend" ? "faults" : "done");
    if (state === "draft") return [];
    box.append(made("p", state === "received" ? `已收到，回执号 ${content.receipt}。` : WORDS[state]));
    if (content.report) box.append(made("p", `疑似侵害已立即另报强制报告，回执号 ${content.report}。有危险请拨打110。`));
    for (const each of content.words || []) box.append(made("p", each));
    if (state === "received") box.append(button("另填一次", again));
    if (state === "saved" || state === "sending") box.append(button("修改", reopen));
    if (state === "amend") box.append(...choices(content));
    return [box];
  }

  function choices(content) {
    const found = [];
    if (content.recorded) {
      const pair = made("div", "", "pair");
      for (const [title, lines] of [["已收到的", content.recorded], ["手机上的", content.sent]]) {
        const side = made("div");
        const facts = made("dl", "", "facts");
        for (const [heading, text] of lines) facts.append(made("dt", heading), made("dd", text));
        side.append(made("h2", title), facts);
        pair.append(side);
      }
      found.push(pair, button("用手机上的更正已收到的", correct), button("保留已收到的", drop));
    } else if (content.row) {
      found.push(made("p", "改好下面的再保存；也可以留在“待更正”里，不再在手机上改。"), button("留在待更正", drop));
    }
    return found;
  }

  function again() {
    const { visit } = current;
    const { child_ref, name = "" } = visit;
    current = { uuid: crypto.randomUUID(), state: "draft", at: Date.now(), content: { child_ref, name, picked: {}, texts: {} }, visit };
    fill();
  }

  // Nothing is changed while it is being sent.
  async function reopen() {
    const { visit } = current;
    const work = async () => {
      const now = (await mine()).find((each) => each.uuid === current.uuid);
      if (now && now.state === "saved") await keep("draft", now.content);
    };
    await (navigator.locks ? navigator.locks.request("visits-sending", work) : work());
    await openVisit(visit);
  }

  async function correct() {
    await keep("saved", { ...current.content, values: { ...current.content.values, corrects: "是" }, recorded: null, words: [] });
    await done();
  }

  // The server holds it as a row that awaits correction.
  async function drop() {
    await visitStore.remove(current.uuid);
    await done();
  }

  function harm() {
    const picked = form.querySelector("input[name=harm_suspected]:checked");
    find("harm").hidden = !picked || picked.value !== "yes";
  }

  function written() {
    const picked = {};
    for (const radio of form.querySelectorAll("input[type=radio]:checked")) picked[radio.name] = radio.value;
    const texts = {};
    for (const each of form.querySelectorAll("textarea, input[type=date]")) if (each.value.trim()) texts[each.name] = each.value.trim();
    return { picked, texts };
  }

  function gathered(says, texts) {
    const values = { child_ref: current.content.child_ref, visited_on: texts.visited_on || today() };
    for (const said of says) for (const [name, text] of Object.entries(said)) values[name] = values[name] ? `${values[name]}、${text}` : text;
    for (const [name, text] of Object.entries(texts)) {
      if (name !== "visited_on") values[name] = values[name] ? `${values[name]}、${text}` : text;
    }
    return values;
  }

  function keep(state, content) {
    const { uuid, at } = current;
    current = { ...current, state, content };
    writing = writing.then(() => visitSafe.keepRecord(me.author, me.key, uuid, state, content, at));
    return writing;
  }

  form.addEventListener("input", () => {
    harm();
    const { state, content } = current;
    keep(state, { ...content, ...written() });
  });

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const open = [...form.querySelectorAll("fieldset.question")].filter((each) => !each.querySelector(":checked") && each.querySelector("[required]"));
    find("faults").hidden = !open.length;
    if (open.length) {
      find("faults").querySelector("ul").replaceChildren(...open.map((each) => {
        const link = made("a", `请回答：${each.querySelector("legend").textContent.trim()}`);
        link.href = `#${each.id}`;
        const item = made("li");
        item.append(link);
        return item;
      }));
      find("faults").focus();
      return;
    }
    const { picked, texts } = written();
    const says = [form, ...form.querySelectorAll("input[type=radio]:checked")].map((each) => JSON.parse(each.dataset.says));
    const corrects = current.content.values && current.content.values.corrects ? { corrects: "是" } : {};
    await save({ ...current.content, picked, texts, values: { ...gathered(says, texts), ...corrects } });
  });

  find("not-met").addEventListener("click", ({ target }) => {
    find("reasons").hidden = !find("reasons").hidden;
    target.setAttribute("aria-expanded", String(!find("reasons").hidden));
  });
  for (const each of find("reasons").querySelectorAll("[data-says]")) {
    each.addEventListener("click", () => save({ ...current.content, values: gathered([JSON.parse(each.dataset.says)], {}) }));
  }

  async function save(content) {
    await keep("saved", { ...content, words: [], recorded: null });
    await done();
  }

  async function done() {
    release();
    current = null;
    await showDay();
    find("sending").textContent = "";
    send();
  }

  find("back").addEventListener("click", async () => {
    await writing;
    release();
    current = null;
    await showDay();
  });

  // Sending.

  async function send() {
    if (!me || !navigator.onLine) return;
    const became = await visitSend.flush(me.author, me.key);
    if (became !== "sign-in") {
      find("sending").textContent = "";
      return;
    }
    const link = made("a", "登录后发送");
    link.href = "/visits";
    const words = (await mine()).flatMap((each) => (each.state === "saved" && each.content.words) || []);
    find("sending").replaceChildren(...words.slice(0, 1), "还没有发送，请", link, "。");
  }

  function refresh() {
    drawing = drawing.then(() => (me && !find("today").hidden ? drawDay() : remind()));
  }

  addEventListener("online", send);
  visitStore.onChange(refresh);

  // A phone that nobody touches asks for the PIN again; a list does not outlive its time.
  let touched = Date.now();
  for (const kind of ["keydown", "pointerdown", "input"]) addEventListener(kind, () => { touched = Date.now(); });
  setInterval(async () => {
    const over = list && (Date.now() >= list.until || Date.now() - touched > Number(settings.lockMinutes) * 60000);
    if (me && over) {
      await writing;
      location.reload();
    }
  }, 5000);

  start();
})();
