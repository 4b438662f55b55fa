// Sends what was saved: one at a time, one window at a time, again only where the network or the
// server failed, after ever longer, up to a most.
"use strict";
const visitSend = (() => {
  const number = (name, otherwise) => Number(document.body.dataset[name]) || otherwise;
  let failures = 0;
  let waiting = 0;

  const alone = (work) => (navigator.locks ? navigator.locks.request("visits-sending", work) : work());

  // What became of it: "sent", "again" (later), "sign-in", or "nothing" where nothing was to send.
  async function flush(author, key) {
    clearTimeout(waiting);
    const became = await alone(() => each(author, key));
    if (became !== "again") failures = 0;
    else {
      const seconds = Math.min(number("retryFirst", 2) * 2 ** failures, number("retryMost", 300));
      failures += 1;
      waiting = setTimeout(() => flush(author, key), seconds * 1000);
    }
    return became;
  }

  async function each(author, key) {
    let became = "nothing";
    const saved = (record) => record.author === author && (record.state === "saved" || record.state === "sending");
    const records = (await visitStore.records()).filter(saved).sort((one, other) => one.at - other.at);
    for (const record of records) {
      const content = await visitSafe.read(key, record);
      const turn = (state, now) => visitSafe.keepRecord(author, key, record.uuid, state, now, record.at);
      await turn("sending", content);
      const told = await put(author, record.uuid, content);
      if (told.again || told.signIn) {
        await turn("saved", { ...content, words: told.words });
        return told.again ? "again" : "sign-in";
      }
      const { child_ref, name } = content;
      if (told.receipt) await turn("received", { child_ref, name, receipt: told.receipt, report: told.report });
      else await turn("amend", { ...content, ...told });
      became = "sent";
    }
    return became;
  }

  async function put(author, uuid, content) {
    let answer;
    try {
      answer = await fetch(`/visits/${uuid}`, {
        method: "PUT",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ author, row: content.row || null, values: content.values }),
        redirect: "manual",
      });
    } catch {
      return { again: true, words: [] };
    }
    const json = (answer.headers.get("Content-Type") || "").startsWith("application/json");
    const told = json ? await answer.json().catch(() => ({})) : {};
    if (answer.status >= 500) return { again: true, words: [] };
    if (answer.status === 401 || answer.type === "opaqueredirect") return { signIn: true, words: told.words || [] };
    if (answer.ok) return told.receipt ? told : { again: true, words: [] };
    const { words = [`没有收下（${answer.status}），仍存在手机上。`], row = "", report = "", recorded = null, sent = null } = told;
    return { words, row: row || content.row || "", report, recorded, sent };
  }

  addEventListener("online", () => { failures = 0; });
  return { flush };
})();
