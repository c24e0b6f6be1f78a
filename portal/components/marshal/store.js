// What this phone keeps, in IndexedDB: reports by request id, and a few things by name (post, circuit, the last start).

const REPORTS = "reports";
const KEPT = "kept";

export async function openStore(name = "paddock-marshal") {
  const request = indexedDB.open(name, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore(REPORTS, { keyPath: "request_id" });
    request.result.createObjectStore(KEPT);
  };
  return new Store(await result(request));
}

class Store {
  constructor(database) {
    this.database = database;
  }

  all() {
    return result(this.database.transaction(REPORTS).objectStore(REPORTS).getAll());
  }

  put(report) {
    return this.#write(REPORTS, (shelf) => shelf.put(report));
  }

  remove(id) {
    return this.#write(REPORTS, (shelf) => shelf.delete(id));
  }

  get(name) {
    return result(this.database.transaction(KEPT).objectStore(KEPT).get(name));
  }

  set(name, value) {
    return this.#write(KEPT, (shelf) => shelf.put(value, name));
  }

  /** Resolved once it is on the disk, not when it was asked for. */
  #write(shelf, act) {
    const transaction = this.database.transaction(shelf, "readwrite", { durability: "strict" });
    act(transaction.objectStore(shelf));
    return new Promise((done, fail) => {
      transaction.oncomplete = () => done();
      transaction.onabort = () => fail(transaction.error);
    });
  }
}

function result(request) {
  return new Promise((done, fail) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error);
  });
}
