import { toRows } from './data/inputs';
import type { Engine } from './engine';
import { fail } from './errors';
import { type DType, type FloatArray, Matrix } from './matrix';

/** Rows and columns of a parameter; a bias is one row. */
const shapeOf = (engine: Engine, index: number) =>
  [1, ...engine.architecture.params[index]!.shape].slice(-2) as [rows: number, cols: number];

/** A copy of a parameter. */
export const getWeight = <D extends DType>(engine: Engine, index: number): Matrix<D> =>
  new Matrix(engine.getParam(index) as FloatArray<D>, ...shapeOf(engine, index));

/**
 * Checks what is given for a parameter; call what it returns to set it.
 * @param name how messages call it.
 */
export function prepareWeight(engine: Engine, index: number, name: string, value: unknown): () => void {
  const [rows, cols] = shapeOf(engine, index);
  const given = toRows(name, value, cols, engine.dtype);
  if (given.rows !== rows) {
    fail('ERR_SHAPE', `${name}: expected shape [${rows}, ${cols}], got [${given.rows}, ${cols}].`);
  }
  return () => engine.setParam(index, given.data);
}
