/** Share of the time that copies of a model may take. */
const COPYING = 0.02;

/** A copy of a model's bytes from before the last call, or a little older: a thread that dies leaves half a step. */
export class Backup {
  #bytes: Uint8Array<ArrayBuffer> | undefined;
  #due = 0;

  /** To be called before the bytes change. `made` copies them. */
  renew(made: () => Uint8Array<ArrayBuffer>): void {
    const now = performance.now();
    if (now < this.#due) return;
    this.#bytes = made();
    this.#due = now + (performance.now() - now) / COPYING;
  }

  /** The copy is of no use any more: the bytes have changed in another way. */
  drop(): void {
    this.#bytes = undefined;
    this.#due = 0;
  }

  get bytes(): Uint8Array<ArrayBuffer> | undefined {
    return this.#bytes;
  }
}
