// Reads a WebAssembly module as far as tests look into it: imports, exports, globals, data, and what functions execute.

/** What a function's body does. */
export interface Body {
  /** Instructions with the SIMD prefix 0xFD. */
  readonly simd: number;
  readonly calls: readonly number[];
  /** Labels of the largest br_table: a switch of many cases. */
  readonly cases: number;
}

export interface WasmModule {
  readonly imports: readonly string[];
  /** Function index by name. */
  readonly functions: ReadonlyMap<string, number>;
  readonly exports: readonly string[];
  readonly mutableGlobals: number;
  readonly dataSegments: number;
  /** Bodies by function index; imported functions have none. */
  readonly bodies: ReadonlyMap<number, Body>;
}

class Reader {
  at = 0;

  constructor(readonly bytes: Uint8Array) {}

  byte(): number {
    const value = this.bytes[this.at++];
    if (value === undefined) throw new Error(`wasm: ends at byte ${this.at}`);
    return value;
  }

  /** An integer in LEB128; its sign does not matter here. */
  leb(): number {
    let value = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = this.byte();
      value += (byte & 127) * shift;
      if (byte < 128) return value;
    }
  }

  skip(count: number): void {
    this.at += count;
  }

  name(): string {
    const length = this.leb();
    this.skip(length);
    return new TextDecoder().decode(this.bytes.subarray(this.at - length, this.at));
  }

  list<T>(read: () => T): T[] {
    return Array.from({ length: this.leb() }, read);
  }

  limits(): void {
    const flags = this.byte();
    this.leb();
    if (flags & 1) this.leb();
  }
}

function memoryArgument(r: Reader): void {
  r.leb();
  r.leb();
}

/** Skips the immediates of an instruction; counts what is of interest. */
function instruction(r: Reader, body: { simd: number; calls: number[]; cases: number }): void {
  const opcode = r.byte();
  if (opcode === 0xfd) {
    body.simd++;
    vector(r, r.leb());
  } else if (opcode === 0xfc) {
    const kind = r.leb();
    if (kind === 8 || kind === 10 || kind === 12 || kind === 14) r.skip(2);
    else if (kind > 7) r.skip(1);
  } else if (opcode === 0xfe) {
    if (r.leb() === 3)
      r.skip(1); // a fence; all other atomic operations have an address
    else memoryArgument(r);
  } else if (opcode === 0x10) {
    body.calls.push(r.leb());
  } else if (opcode === 0x0e) {
    body.cases = Math.max(body.cases, r.list(() => r.leb()).length);
    r.leb();
  } else if (opcode === 0x11) {
    throw new Error('wasm: an indirect call');
  } else if (opcode >= 0x02 && opcode <= 0x04) {
    r.leb(); // type of the block
  } else if (opcode === 0x0c || opcode === 0x0d || (opcode >= 0x20 && opcode <= 0x26) || opcode === 0xd2) {
    r.leb(); // a label, a local, a global, a table, a function
  } else if (opcode >= 0x28 && opcode <= 0x3e) {
    memoryArgument(r);
  } else if (opcode === 0x3f || opcode === 0x40 || opcode === 0xd0) {
    r.skip(1);
  } else if (opcode === 0x1c) {
    r.list(() => r.byte());
  } else if (opcode === 0x41 || opcode === 0x42) {
    r.leb();
  } else if (opcode === 0x43) {
    r.skip(4);
  } else if (opcode === 0x44) {
    r.skip(8);
  } else if (opcode > 0xc4) {
    throw new Error(`wasm: unknown opcode ${opcode}`);
  }
}

function vector(r: Reader, kind: number): void {
  if (kind <= 11 || kind === 92 || kind === 93) {
    memoryArgument(r);
  } else if (kind === 12 || kind === 13) {
    r.skip(16); // v128.const, i8x16.shuffle
  } else if (kind >= 84 && kind <= 91) {
    memoryArgument(r); // one lane to or from memory
    r.skip(1);
  } else if (kind >= 21 && kind <= 34) {
    r.skip(1); // a lane
  }
}

function body(bytes: Uint8Array): Body {
  const r = new Reader(bytes);
  r.list(() => [r.leb(), r.byte()]); // locals
  const result = { simd: 0, calls: [] as number[], cases: 0 };
  while (r.at < bytes.length) instruction(r, result);
  if (r.at !== bytes.length || bytes.at(-1) !== 0x0b) throw new Error('wasm: instructions do not end with the body');
  return result;
}

export function readModule(bytes: Uint8Array): WasmModule {
  const r = new Reader(bytes);
  r.skip(8);
  const imports: string[] = [];
  const functions = new Map<string, number>();
  const exports: string[] = [];
  const bodies = new Map<number, Body>();
  let imported = 0;
  let mutableGlobals = 0;
  let dataSegments = 0;
  while (r.at < bytes.length) {
    const section = r.byte();
    const end = r.leb() + r.at;
    if (section === 2) {
      r.list(() => {
        imports.push(`${r.name()}.${r.name()}`);
        const kind = r.byte();
        if (kind === 2) r.limits();
        else if (kind === 0) {
          imported++;
          r.leb();
        } else throw new Error(`wasm: imports something of kind ${kind}`);
      });
    } else if (section === 6) {
      mutableGlobals = r
        .list(() => {
          r.byte();
          const mutable = r.byte();
          const code = { simd: 0, calls: [], cases: 0 };
          while (r.bytes[r.at] !== 0x0b) instruction(r, code);
          r.byte();
          return mutable;
        })
        .filter(Boolean).length;
    } else if (section === 7) {
      r.list(() => {
        const name = r.name();
        exports.push(name);
        const kind = r.byte();
        const index = r.leb();
        if (kind === 0) functions.set(name, index);
      });
    } else if (section === 10) {
      r.list(() => {
        const size = r.leb();
        bodies.set(imported + bodies.size, body(bytes.subarray(r.at, r.at + size)));
        r.skip(size);
      });
    } else if (section === 11) {
      dataSegments = r.leb();
    }
    r.at = end;
  }
  return { imports, functions, exports, mutableGlobals, dataSegments, bodies };
}
