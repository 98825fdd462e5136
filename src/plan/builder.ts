import { Rec, Reg, Segment } from '../../assembly/opcodes';
import type { ModelLayout } from './layout';
import type { Instruction, Plan } from './plan';
import { type OpName, type Row, schema } from './schema';
import { align, bytesPerElement, type DType, elements, freeName, type Tensor } from './tensor';
import { verify } from './verify';

type Schema = typeof schema;
type Operands<N extends OpName> = {
  [K in keyof Schema[N]['operands'] as Schema[N]['operands'][K] extends { optional: true } ? never : K]: Tensor;
} & { [K in keyof Schema[N]['operands']]?: Tensor };
type Numbers<N extends OpName> = Record<Schema[N]['ints'][number] | Schema[N]['constants'][number], number>;
type Arguments<N extends OpName> = keyof Numbers<N> extends never ? [Operands<N>] : [Operands<N>, Numbers<N>];

/** Collects the op records of a plan and gives out workspace to its tensors. */
export class PlanBuilder {
  readonly dtype: DType;
  readonly batch: number;
  /** The gradients of all parameters, as one range. */
  readonly gradients: Tensor;
  readonly #instructions: Instruction[] = [];
  readonly #tensors = new Map<string, Tensor>();
  #workspace = 0;

  /**
   * @param layout the model's slot.
   * @param batch the most rows of one step; raised to a whole vector, for kernels whose lanes run over rows.
   * @param threads that may run the plan: some want scratch of their own.
   */
  constructor(
    readonly layout: ModelLayout,
    batch: number,
    readonly training: boolean,
    readonly threads = 1,
  ) {
    this.dtype = layout.dtype;
    this.batch = Math.ceil(batch / 4) * 4;
    this.gradients = this.flat('gradients', training ? layout.size : 0);
    // They mirror the parameters, so that the optimizer walks both in step.
    const { segment, offset } = this.gradients;
    for (const param of layout.params) {
      const name = `∂${param.name}`;
      this.#tensors.set(param.name, param);
      if (training) this.#tensors.set(name, { ...param, name, segment, offset: offset + param.offset - Reg.Bytes });
    }
  }

  /** Number of records so far. */
  get length(): number {
    return this.#instructions.length;
  }

  /** A tensor by its name: a parameter (`dense/kernel`), or with `∂` before it its gradient. */
  tensor(name: string): Tensor {
    return this.#tensors.get(name)!;
  }

  /** A new workspace tensor. Names are unique within a plan: a taken one gets a number. */
  #allocate(wanted: string, layout: Tensor['layout'], cols: number): Tensor {
    const name = freeName(wanted, this.#tensors);
    const tensor: Tensor = { name, segment: Segment.Workspace, offset: this.#workspace, layout, shape: [cols] };
    this.#workspace += align(elements(tensor, this.dtype, this.batch) * bytesPerElement(this.dtype));
    this.#tensors.set(name, tensor);
    return tensor;
  }

  /** A block [rows, cols] that lives within one step. */
  rows(name: string, cols: number, layout: 'rows' | 'lists' = 'rows'): Tensor {
    return this.#allocate(name, layout, cols);
  }

  /** A run of `n` elements. */
  flat(name: string, n: number): Tensor {
    return this.#allocate(name, 'flat', n);
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
    const sizes: Record<string, number> = {};
    const tensors = Object.entries(row.operands).map(([name, { dims, optional }]) => {
      const tensor = operands[name];
      if (!tensor && !optional) throw new Error(`${op}: operand ${name} is missing`);
      // One run of parameters or gradients may be walked in panels or flat: a bias is a matrix of one row.
      const shape = tensor && [1, ...tensor.shape].slice(-dims.length);
      shape?.forEach((size, d) => {
        const dim = dims[d]!;
        sizes[dim] ??= size;
        if (sizes[dim] !== size) throw new Error(`${op}: ${name} has ${dim} ${size}, expected ${sizes[dim]}`);
      });
      return tensor;
    });
    const numbersOf = (names: readonly string[]) => names.map((name) => Number(numbers[name]));
    this.#instructions.push({
      op,
      operands: tensors,
      dims: row.dims.map((dim) => sizes[dim]!),
      ints: numbersOf(row.ints),
      constants: numbersOf(row.constants),
    });
  }

  /** Appends an op with just the operands and numbers that the schema wants, which the compiler checks. */
  readonly emit: <N extends OpName>(op: N, ...given: Arguments<N>) => undefined = this.append;

  build(ends: Pick<Plan, 'input' | 'target' | 'output' | 'forward'>): Plan {
    this.emit('next', {});
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

/** Writes the records in the layout that both backends read (assembly/opcodes.ts), for one thread. */
export function encode(instructions: readonly Instruction[]): Uint8Array {
  const records = new Uint8Array(instructions.length * Rec.Bytes);
  const words = new Uint32Array(records.buffer);
  const doubles = new Float64Array(records.buffer);
  const opcodes = Object.keys(schema);
  instructions.forEach(({ op, operands, dims, ints, constants }, index) => {
    const at = index * Rec.Bytes;
    const args = [...operands.map((t) => (t ? t.offset | t.segment : 0)), ...dims, ...ints];
    words[at / 4] = opcodes.indexOf(op) | (operands.length << Rec.Operands);
    words.set(args, (at + Rec.Args) / 4);
    doubles.set(constants, (at + Rec.Constants) / 8);
  });
  return records;
}
