/** Method names by which Node (also Bun) and Deno ask an object how to print it. */
const nodeInspect: unique symbol = Symbol.for('nodejs.util.inspect.custom');
const denoInspect: unique symbol = Symbol.for('Deno.customInspect');

/**
 * What prints as its `toString` says. A class of its own, since some bundlers keep a class that has symbols of ours for
 * names even where nobody uses it, and with it all that it needs.
 * @hidden
 */
export abstract class Printable {
  /** As text, for reading. */
  abstract toString(): string;

  /** @internal */
  [nodeInspect](): string {
    return this.toString();
  }

  /** @internal */
  [denoInspect](): string {
    return this.toString();
  }
}
