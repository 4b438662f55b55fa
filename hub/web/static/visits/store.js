// What this phone keeps of visits, in IndexedDB: slots by name, records by the visit's identifier.
"use strict";
const visitStore = (() => {
  let opened;
  const asked = (request) => new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });

  function open() {
    opened ||= new Promise((done, failed) => {
      const request = indexedDB.open("visits", 1);
      request.onupgradeneeded = () => {
        request.result.createObjectStore("slots");
        request.result.createObjectStore("records", { keyPath: "uuid" });
      };
      request.onsuccess = () => done(request.result);
      request.onerror = () => failed(request.error);
    });
    return opened;
  }

  // Resolves when what was written lies on the disk.
  async function inStore(name, mode, work) {
    const transaction = (await open()).transaction(name, mode, { durability: "strict" });
    const over = new Promise((done, failed) => {
      transaction.oncomplete = done;
      transaction.onabort = () => failed(transaction.error);
    });
    const found = await work(transaction.objectStore(name));
    await over;
    return found;
  }

  const changes = "BroadcastChannel" in self ? new BroadcastChannel("visits") : null;
  const here = new EventTarget();
  function changed() {
    here.dispatchEvent(new Event("changed"));
    if (changes) changes.postMessage("changed");
  }

  return {
    slot: (name) => inStore("slots", "readonly", (store) => asked(store.get(name))),
    keep: (name, value) => inStore("slots", "readwrite", (store) => asked(store.put(value, name))),
    drop: (name) => inStore("slots", "readwrite", (store) => asked(store.delete(name))),
    // Read and written in one transaction: two windows never both use the same try.
    change: (name, how) => inStore("slots", "readwrite", async (store) => {
      const value = how(await asked(store.get(name)));
      await asked(store.put(value, name));
      return value;
    }),
    // The first that is kept stays: two windows never make two keys.
    once: (name, value) => inStore("slots", "readwrite", async (store) => {
      const there = await asked(store.get(name));
      if (there === undefined) await asked(store.put(value, name));
      return there === undefined ? value : there;
    }),
    records: () => inStore("records", "readonly", (store) => asked(store.getAll())),
    put: (record) => inStore("records", "readwrite", (store) => asked(store.put(record))).then(changed),
    remove: (uuid) => inStore("records", "readwrite", (store) => asked(store.delete(uuid))).then(changed),
    // In this window or another.
    onChange(told) {
      here.addEventListener("changed", told);
      if (changes) changes.addEventListener("message", told);
    },
    changed,
  };
})();
