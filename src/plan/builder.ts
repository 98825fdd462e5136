import { Rec, Segment } from '../../assembly/opcodes';
import type { ModelLayout } from './layout';
import type { Instruction, Plan } from './plan';
import { type OpName, type Row, schema } from './schema';
import { align, bytesPerElement, elements, pad, type Tensor } from './tensor';
import { verify } from './verify';

type Schema = typeof schema;
type Operands<N extends OpName> = {
  [K in keyof Schema[N]['operands'] as Schema[N]['operands'][K] extends { optional: true } ? never : K]: Tensor;
} & { [K in keyof Schema[N]['operands']]?: Tensor };
type Numbers<N extends OpName> = Record<Schema[N]['ints'][number] | Schema[N]['constants'][number], number>;
type Arguments<N extends OpName> = keyof Numbers<N> extends never ? [Operands<N>] : [Operands<N>, Numbers<N>];

/** Collects the op records of a plan and gives out workspace to its tensors. */
export class PlanBuilder {
  readonly #instructions: Instruction[] = [];
  readonly #tensors = new Map<string, Tensor>();
  #workspace = 0;

  /**
   * @param layout the model's slot.
   * @param batch the most rows of one step; raised to a whole vector, for kernels whose lanes run over rows.
   */
  constructor(
    readonly layout: ModelLayout,
    readonly batch: number,
  ) {
    this.batch = Math.ceil(batch / 4) * 4;
  }

  /** Elements from one row of `cols` values to the next. */
  padded(cols: number): number {
    return pad(cols, this.dtype);
  }

  /** Elements of a tensor, pads included. */
  elements(tensor: Tensor): number {
    return elements(tensor, this.dtype, this.batch);
  }

  get dtype() {
    return this.layout.dtype;
  }

  /** Number of records so far. */
  get length(): number {
    return this.#instructions.length;
  }

  /** A new workspace tensor. Names are unique within a plan: a taken one gets a number. */
  #allocate(wanted: string, layout: Tensor['layout'], shape: readonly number[]): Tensor {
    let name = wanted;
    for (let i = 2; this.#tensors.has(name); i++) name = `${wanted}_${i}`;
    const tensor: Tensor = { name, segment: Segment.Workspace, offset: this.#workspace, layout, shape };
    this.#workspace += align(elements(tensor, this.dtype, this.batch) * bytesPerElement(this.dtype));
    this.#tensors.set(name, tensor);
    return tensor;
  }

  /** A block [rows, cols] that lives within one step. */
  rows(name: string, cols: number): Tensor {
    return this.#allocate(name, 'rows', [cols]);
  }

  /** A run of `n` elements. */
  flat(name: string, n: number): Tensor {
    return this.#allocate(name, 'flat', [n]);
  }

  /**
   * Appends an op whose name comes from a table. Operands and numbers are found by their names in the schema, dimensions
   * by matching the operands' shapes.
   */
  append(
    op: OpName,
    operands: Readonly<Record<string, Tensor | undefined>>,
    numbers: Readonly<Record<string, unknown>> = {},
  ): undefined {
    const row: Row = schema[op];
    const tensors = Object.keys(row.operands).map((name) => operands[name]);
    const sizes = matchShapes(op, row, tensors);
    const numbersOf = (names: readonly string[]) => names.map((name) => Number(numbers[name]));
    this.#instructions.push({
      op,
      operands: tensors,
      dims: row.dims.map((dim) => sizes.get(dim)!),
      ints: numbersOf(row.ints),
      constants: numbersOf(row.constants),
    });
  }

  /** Appends an op with just the operands and numbers that the schema wants, which the compiler checks. */
  readonly emit: <N extends OpName>(op: N, ...given: Arguments<N>) => undefined = this.append;

  build(ends: Pick<Plan, 'input' | 'target' | 'output' | 'marks'>): Plan {
    const plan: Plan = {
      ...ends,
      dtype: this.dtype,
      batch: this.batch,
      instructions: this.#instructions,
      records: encode(this.#instructions),
      workspace: this.#workspace,
      model: this.layout.bytes,
      tensors: this.#tensors,
    };
    verify(plan);
    return plan;
  }
}

function matchShapes(op: OpName, row: Row, tensors: readonly (Tensor | undefined)[]): Map<string, number> {
  const sizes = new Map<string, number>();
  Object.entries(row.operands).forEach(([name, operand], i) => {
    const tensor = tensors[i];
    if (!tensor) {
      if (operand.optional) return;
      throw new Error(`${op}: operand ${name} is missing`);
    }
    // One run of parameters or gradients may be walked in panels or flat: a bias is a matrix of one row.
    const shape = operand.dims.length === 2 && tensor.layout === 'vector' ? [1, ...tensor.shape] : tensor.shape;
    operand.dims.forEach((dim, d) => {
      const size = shape[d]!;
      const known = sizes.get(dim);
      if (known !== undefined && known !== size) {
        throw new Error(`${op}: ${name} (${tensor.name}) has ${dim} ${size}, expected ${known}`);
      }
      sizes.set(dim, size);
    });
  });
  return sizes;
}

/** Writes the records in the layout that both backends read (assembly/opcodes.ts). */
export function encode(instructions: readonly Instruction[]): Uint8Array {
  const records = new Uint8Array(instructions.length * Rec.Bytes);
  const view = new DataView(records.buffer);
  instructions.forEach(({ op, operands, dims, ints, constants }, index) => {
    const at = index * Rec.Bytes;
    view.setInt32(at, schema[op].op, true);
    const args = [...operands.map((t) => (t ? t.offset | t.segment : 0)), ...dims, ...ints];
    if (args.length > Rec.MaxArgs || constants.length > Rec.MaxConstants) throw new Error(`${op}: too many arguments`);
    args.forEach((value, i) => {
      view.setUint32(at + Rec.Args + i * 4, value, true);
    });
    constants.forEach((value, i) => {
      view.setFloat64(at + Rec.Constants + i * 8, value, true);
    });
  });
  return records;
}
