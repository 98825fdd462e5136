/** A module of Node, Deno or Bun, had without an import, which bundlers for browsers would follow; undefined elsewhere. */
export const builtin = <T>(name: string): T | undefined =>
  (globalThis.process?.getBuiltinModule as ((name: string) => T) | undefined)?.(name);
