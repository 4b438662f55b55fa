// Locks: what is kept is sealed by its author's key, which lies here only under the PIN and under a
// key of this browser that no script can read out.
"use strict";
const visitSafe = (() => {
  const AES = "AES-GCM";
  const bytes = (text) => new TextEncoder().encode(text);

  async function device() {
    const kept = await visitStore.slot("device");
    if (kept) return kept;
    const made = await crypto.subtle.generateKey({ name: AES, length: 256 }, false, ["encrypt", "decrypt"]);
    return visitStore.once("device", made);
  }

  async function seal(key, plain, about) {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const data = await crypto.subtle.encrypt({ name: AES, iv, additionalData: bytes(about) }, key, plain);
    return { iv, data: new Uint8Array(data) };
  }

  function open(key, sealed, about) {
    return crypto.subtle.decrypt({ name: AES, iv: sealed.iv, additionalData: bytes(about) }, key, sealed.data);
  }

  const sealed = (key, value, about) => seal(key, bytes(JSON.stringify(value)), about);
  const opened = async (key, kept, about) => JSON.parse(new TextDecoder().decode(await open(key, kept, about)));

  async function ofPin(pin, salt, rounds) {
    const typed = await crypto.subtle.importKey("raw", bytes(pin), "PBKDF2", false, ["deriveKey"]);
    const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds };
    return crypto.subtle.deriveKey(how, typed, { name: AES, length: 256 }, false, ["encrypt", "decrypt"]);
  }

  const raw = (text) => Uint8Array.from(atob(text), (each) => each.charCodeAt(0));
  const imported = (given) => crypto.subtle.importKey("raw", given, AES, false, ["encrypt", "decrypt"]);

  // The author's key under the PIN, and that under this browser's own.
  async function setPin(author, key, pin, rounds) {
    const salt = crypto.getRandomValues(new Uint8Array(16));
    const inner = await sealed(await ofPin(pin, salt, rounds), key, author);
    const outer = await sealed(await device(), { iv: [...inner.iv], data: [...inner.data] }, author);
    await visitStore.keep("pin", { author, salt, rounds, tries: 0, ...outer });
  }

  // The author and key that a PIN opens. A try is counted before it is looked at.
  async function byPin(pin, most) {
    const slot = await visitStore.slot("pin");
    if (!slot) return { gone: true };
    const { tries } = await visitStore.change("pin", (kept) => ({ ...kept, tries: kept.tries + 1 }));
    if (tries > most) {
      await wipe();
      return { gone: true };
    }
    try {
      const inner = await opened(await device(), slot, slot.author);
      const kept = { iv: new Uint8Array(inner.iv), data: new Uint8Array(inner.data) };
      const text = await opened(await ofPin(pin, slot.salt, slot.rounds), kept, slot.author);
      await visitStore.change("pin", (found) => ({ ...found, tries: 0 }));
      return { author: slot.author, key: await imported(raw(text)) };
    } catch {
      if (tries < most) return { left: most - tries };
      await wipe();
      return { gone: true };
    }
  }

  // The check-lists and the PIN go; what is unsent stays, locked to its author.
  async function wipe() {
    await visitStore.drop("list");
    await visitStore.drop("pin");
    for (const record of await visitStore.records()) {
      if (record.state === "received") await visitStore.remove(record.uuid);
    }
    visitStore.changed();
  }

  // What was taken along is gone after its time, and where the clock was put back.
  async function wipeOld() {
    const list = await visitStore.slot("list");
    if (!list || (Date.now() < list.until && Date.now() >= list.from)) return false;
    await visitStore.drop("list");
    visitStore.changed();
    return true;
  }

  async function keepList(author, key, visits, hours) {
    const from = Date.now();
    const kept = await sealed(key, visits, `list ${author}`);
    await visitStore.keep("list", { author, from, until: from + hours * 3600000, ...kept });
    visitStore.changed();
  }

  async function list(author, key) {
    const kept = await visitStore.slot("list");
    if (!kept || kept.author !== author) return null;
    return { until: kept.until, visits: await opened(key, kept, `list ${author}`) };
  }

  // A record: its state and when it was saved lie open, what it says does not.
  async function keepRecord(author, key, uuid, state, content, at) {
    await visitStore.put({ uuid, author, state, at, ...(await sealed(key, content, `visit ${uuid}`)) });
  }
  const read = (key, record) => opened(key, record, `visit ${record.uuid}`);

  const unsent = async () => (await visitStore.records()).filter((each) => each.state !== "received");
  const fit = () => Boolean(self.isSecureContext && self.indexedDB && self.crypto && crypto.subtle && "serviceWorker" in navigator);

  return { setPin, byPin, wipe, wipeOld, keepList, list, keepRecord, read, unsent, imported, raw, fit };
})();
