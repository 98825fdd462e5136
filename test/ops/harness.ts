// Runs one op on a backend, in a memory where every operand stands between sentinels.
import { Rec, Reg, Segment, Team } from '../../assembly/opcodes';
import type { Backend } from '../../src/backend/backend';
import { encode } from '../../src/plan/builder';
import { eachRun, type Floats } from '../../src/plan/layout';
import { writeShares } from '../../src/plan/meet';
import { type Layout, type Operand, type OpName, type Row, schema } from '../../src/plan/schema';
import { align, bytesPerElement, type DType, elements, pad, type Tensor } from '../../src/plan/tensor';
import { floatsAt } from '../support/bits';
import { registers, write } from './registers';
import type { Call, Generator, OpRow, Registers, Variant } from './row';
import { real } from './row';

/** What threads share stands before. */
const START = Team.Bytes;
/** Bytes of sentinel before and after everything. */
const GAP = 64;
/**
 * What fills them: all bits set, so that a number read from there is NaN; or small numbers, which, unlike NaN, do not
 * stay what they are when an op works on them in place.
 */
export const sentinels = { nan: 0xff, small: 0x3c } as const;

/** An operand in memory. */
export interface Placed {
  readonly name: string;
  readonly operand: Operand;
  readonly tensor: Tensor;
  readonly address: number;
  /** Bytes that the op may write, if any: for a batch those of its rows. */
  readonly bytes: number;
  /** Element indices, relative to the operand: of the logical elements in row-major order, and of the pads. */
  readonly logical: Uint32Array;
  readonly pads: Uint32Array;
}

/** A memory image with one op record, registers and operands, ready to run. */
export interface Setup {
  readonly op: OpName;
  readonly row: OpRow;
  readonly call: Call;
  readonly image: Uint8Array<ArrayBuffer>;
  readonly plan: number;
  readonly base: number;
  readonly trace: number;
  readonly placed: readonly Placed[];
  readonly choice: Choice;
}

export interface Choice {
  readonly dtype: DType;
  readonly rows: number;
  readonly dims: Readonly<Record<string, number>>;
  readonly variant?: Variant;
  readonly random: () => number;
  /** That may run the op, default 1: each may want scratch of its own. */
  readonly threads?: number;
  /** Instead of the row's generators. */
  readonly generator?: Generator;
  /** What stands in the pads of inputs; +0 if left out, as the engine has it. */
  readonly padding?: number;
  /** NaN if left out. */
  readonly sentinel?: keyof typeof sentinels;
  /** Changes an input after it is made. */
  readonly change?: { readonly operand: string; readonly index: number; readonly value: number };
}

const isBatch = ({ layout }: Tensor) => ['rows', 'scattered', 'lists'].includes(layout);

/** Layouts that are written in a way of their own, from logical values without pads. */
const writers: Partial<Record<Layout, typeof writeLists>> = { lists: writeLists, scattered: writeScattered };

/** Element indices of the logical elements and of the pads of an operand, the first `rows` rows if it is a batch. */
function places(tensor: Tensor, dtype: DType, rows: number): Pick<Placed, 'logical' | 'pads'> {
  const cols = tensor.shape.at(-1)!;
  const padded = tensor.layout === 'flat' || writers[tensor.layout] ? cols : pad(cols, dtype);
  const count = isBatch(tensor) ? rows : tensor.layout === 'panels' ? tensor.shape[0]! : 1;
  const logical = new Uint32Array(count * cols);
  if (tensor.layout === 'panels') {
    eachRun(tensor, dtype, (stored, at, n) => {
      for (let k = 0; k < n; k++) logical[at + k] = stored + k;
    });
  } else {
    for (let i = 0; i < logical.length; i++) logical[i] = Math.floor(i / cols) * padded + (i % cols);
  }
  const taken = new Set(logical);
  const pads = Uint32Array.from({ length: count * padded }, (_, i) => i).filter((i) => !taken.has(i));
  return { logical, pads };
}

/** The elements at `indices`. (A loop takes a tenth of the time of Float64Array.from.) */
export function pick(floats: Floats, indices: Uint32Array): Float64Array {
  const picked = new Float64Array(indices.length);
  for (let k = 0; k < indices.length; k++) picked[k] = floats[indices[k]!]!;
  return picked;
}

const placesOf = new Map<string, Pick<Placed, 'logical' | 'pads'>>();

function cachedPlaces(tensor: Tensor, dtype: DType, rows: number): Pick<Placed, 'logical' | 'pads'> {
  const key = `${tensor.layout} ${tensor.shape} ${dtype} ${isBatch(tensor) ? rows : ''}`;
  const found = placesOf.get(key) ?? places(tensor, dtype, rows);
  placesOf.set(key, found);
  return found;
}

const floatsOf = (dtype: DType, n: number): Floats => (dtype === 'float32' ? new Float32Array(n) : new Float64Array(n));

/** Bytes of two addresses for each row, rounded up. */
const pairBytes = (rows: number) => Math.ceil((rows * 8) / 16) * 16;

/** Writes rows of `cols` values behind addresses of where each begins and ends, the last row first. */
function writeScattered(
  image: Uint8Array<ArrayBuffer>,
  dtype: DType,
  address: number,
  values: Floats,
  cols: number,
): void {
  const view = new DataView(image.buffer);
  const rows = values.length / cols;
  const bytes = pad(cols, dtype) * bytesPerElement(dtype);
  for (let r = 0; r < rows; r++) {
    const at = address + pairBytes(rows) + (rows - 1 - r) * bytes;
    view.setUint32(address + 8 * r, at, true);
    view.setUint32(address + 8 * r + 4, at + bytes, true);
    const row = floatsAt(image.buffer, dtype, at, bytes);
    row.fill(0);
    row.set(values.subarray(r * cols, (r + 1) * cols));
  }
}

/** Writes rows of `cols` values as the lists of their numbers other than 0, behind addresses of where each begins and ends. */
function writeLists(image: Uint8Array<ArrayBuffer>, dtype: DType, address: number, values: Floats, cols: number): void {
  const view = new DataView(image.buffer);
  const size = bytesPerElement(dtype);
  const rows = values.length / cols;
  let at = address + pairBytes(rows);
  values.forEach((value, k) => {
    const pair = address + 8 * Math.floor(k / cols);
    if (k % cols === 0) view.setUint32(pair, at, true);
    if (value !== 0) {
      view.setUint32(at, k % cols, true);
      if (size === 4) view.setFloat32(at + 4, value, true);
      else view.setFloat64(at + 8, value, true);
      at += 2 * size;
    }
    view.setUint32(pair + 4, at, true);
  });
}

/** What lists stand for: all numbers of their rows. */
export function readLists(
  image: Uint8Array<ArrayBuffer>,
  { dtype, rows }: Call,
  { address, tensor }: Placed,
): Float64Array {
  const view = new DataView(image.buffer);
  const size = bytesPerElement(dtype);
  const cols = tensor.shape[0]!;
  const values = new Float64Array(rows * cols);
  for (let r = 0; r < rows; r++) {
    const [from, end] = [0, 4].map((offset) => view.getUint32(address + 8 * r + offset, true));
    for (let at = from!; at < end!; at += 2 * size) {
      const value = size === 4 ? view.getFloat32(at + 4, true) : view.getFloat64(at + 8, true);
      values[r * cols + view.getUint32(at, true)] = value;
    }
  }
  return values;
}

const reads = ({ operand }: Placed) => operand.role === 'in' || operand.role === 'inout';

const accumulators = Object.fromEntries(
  Array.from({ length: Reg.MaxAccumulators }, (_, i) => [`accumulator${i}`, 1 + i / 7]),
);

/** Lays out memory for one op with the dimensions and numbers of `choice`. */
export function prepare(op: OpName, row: OpRow, choice: Choice): Setup {
  const { dtype, rows, variant = {}, random } = choice;
  const signature: Row = schema[op];
  const size = bytesPerElement(dtype);
  // Kernels may work on whole vectors of rows, so a batch has room for them.
  const batch = Math.ceil(rows / 4) * 4;
  const dims = { one: 1, ...choice.dims };
  const shapes = { ...dims, size: row.scratch?.(dims, dtype, batch, choice.threads ?? 1) ?? 0 };

  const plan = START + GAP;
  const base = plan + Rec.Bytes + GAP;
  const rate = base + Reg.Bytes + GAP;
  const trace = rate + 16 + GAP - 16;
  let end = trace + 16 + GAP - 16;
  // Every segment begins somewhere else; what lies in it is found by offset.
  const segments = [base, base + 16, base + 48, base + 96];
  const placed = Object.entries(signature.operands).flatMap(([name, operand], i): Placed[] => {
    if (variant.without?.includes(name)) return [];
    const segment = (i % 4) as Segment;
    const address = align(end + GAP);
    const shape = operand.dims.map((dim) => shapes[dim as keyof typeof shapes]);
    const layout = variant.layout ?? operand.layout;
    const tensor: Tensor = { name, segment, offset: address - segments[segment]!, layout, shape };
    end = address + elements(tensor, dtype, batch) * size + GAP;
    return [
      {
        name,
        operand,
        tensor,
        address,
        bytes: elements(tensor, dtype, rows) * size,
        ...cachedPlaces(tensor, dtype, rows),
      },
    ];
  });

  const image = new Uint8Array(align(end)).fill(sentinels[choice.sentinel ?? 'nan']);
  const inputs: Record<string, Float64Array> = {};
  for (const each of placed.filter(reads)) {
    const { name, address, bytes, logical, pads } = each;
    const floats = floatsAt(image.buffer, dtype, address, bytes);
    const make = choice.generator ?? row.inputs?.[name] ?? real;
    for (let k = 0; k < pads.length; k++) floats[pads[k]!] = choice.padding ?? 0;
    const values = floatsOf(dtype, logical.length);
    for (let k = 0; k < logical.length; k++) values[k] = make(random, k, dims);
    const { change } = choice;
    if (change?.operand === name) values[change.index] = change.value;
    const place = writers[each.tensor.layout];
    if (place) place(image, dtype, address, values, each.tensor.shape[0]!);
    else for (let k = 0; k < logical.length; k++) floats[logical[k]!] = values[k]!;
    inputs[name] = Float64Array.from(values);
  }

  const learningRate = 0.05;
  new Float64Array(image.buffer, rate, 2).set([learningRate, 0.025]);
  const view = new DataView(image.buffer);
  segments.forEach((address, i) => {
    view.setUint32(base + Reg.Segments + 4 * i, address, true);
  });
  const values = {
    x: segments[Segment.X],
    y: segments[Segment.Y],
    rows,
    batch: rows + 2,
    rowsLeft: 3 * rows,
    xStride: 640,
    yStride: 160,
    epoch: 3,
    epochStep: 5,
    seedHigh: 0x0001_2345,
    seedLow: 0xdead_beef,
    learningRateAt: rate,
    learningRateStride: 8,
    traceAt: trace,
    stopped: 0,
    weightsFinite: 0,
    stepCount: 64,
    beta1Power: 0.9,
    beta2Power: 0.999,
    squaredNorm: 2.5,
    trace0: -1,
    ...accumulators,
    ...variant.registers,
  } as Registers;
  new Float64Array(image.buffer, trace, 1)[0] = values.trace0;
  for (const [name, kind, offset] of registers) write(view, kind, base + offset, values[name]!);

  const numbers = variant.numbers ?? {};
  const instructions = [
    {
      op,
      operands: Object.keys(signature.operands).map((name) => placed.find((each) => each.name === name)?.tensor),
      dims: signature.dims.map((dim) => dims[dim as keyof typeof dims]),
      ints: signature.ints.map((name) => numberOf(op, numbers, name)),
      constants: signature.constants.map((name) => numberOf(op, numbers, name)),
    },
  ];
  const record = encode(instructions);
  writeShares({ instructions, dtype, batch: rows }, new Uint32Array(record.buffer));
  image.set(record, plan);
  const call: Call = {
    dtype,
    rows,
    dims,
    numbers,
    in: inputs,
    registers: values,
    learningRate,
    round: dtype === 'float32' ? Math.fround : (x) => x,
  };
  return { op, row, call, image, plan, base, trace, placed, choice };
}

/** Which op on what, for messages. */
export function titleOf({ op, choice }: Setup): string {
  const { dtype, rows, dims, variant, padding, sentinel, change } = choice;
  return `${op} ${dtype} ${JSON.stringify({ rows, ...dims, ...variant, padding, sentinel, change })}`;
}

function numberOf(op: OpName, numbers: Readonly<Record<string, number>>, name: string): number {
  const value = numbers[name];
  if (value === undefined) throw new Error(`the row of ${op} gives no ${name}`);
  return value;
}

export interface Outcome {
  readonly image: Uint8Array<ArrayBuffer>;
  readonly steps: number;
}

export function execute({ call, image, plan, base }: Setup, { memory, run }: Backend, threads = 1): Outcome {
  memory.grow(image.length);
  const bytes = new Uint8Array(memory.buffer, 0, image.length);
  bytes.set(image.subarray(START), START);
  const steps = run[call.dtype](plan, base, 0, 1, 1, threads);
  const after = image.slice();
  after.set(bytes.subarray(START), START);
  return { image: after, steps };
}
