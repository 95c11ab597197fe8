const PART_BYTES = 1 << 24;

/**
 * What it takes to encrypt a file of CBC from the middle on: the last block of ciphertext of each part, 16 bytes for
 * 16 MiB. A chain grows while its file is read.
 */
export class CipherChain {
  readonly partBytes: number;
  /** The last block of each part, which the next one begins with. */
  readonly ivs: Uint8Array[] = [];
  #growing: Promise<void> = Promise.resolve();
  constructor(partBytes = PART_BYTES) {
    this.partBytes = partBytes;
  }

  /** Encrypts what lies before a part, as far as it isn’t known. Several readers share that work. */
  async reach(part: number, encrypt: (part: number) => AsyncIterable<Uint8Array>): Promise<void> {
    if (this.ivs.length >= part) return;
    const grown = this.#growing.then(async () => {
      while (this.ivs.length < part) for await (const _ of encrypt(this.ivs.length));
    });
    this.#growing = grown.catch(() => undefined);
    await grown;
  }
}

/** Values by name, of which the ones that weren’t asked for the longest are dropped. */
export class RecentValues<Value> {
  readonly #values = new Map<string, Value>();
  readonly #limit: number;
  constructor(limit: number) {
    this.#limit = limit;
  }

  get(name: string, make: () => Value): Value {
    const value = this.#values.get(name) ?? make();
    this.#values.delete(name);
    this.#values.set(name, value);
    if (this.#values.size > this.#limit) this.#values.delete(this.#values.keys().next().value!);
    return value;
  }

  drop(name: string): void {
    this.#values.delete(name);
  }
}
