import type { Table } from './row';
import { activations } from './rows/activations';
import { dense } from './rows/dense';
import { gradients } from './rows/gradients';
import { losses } from './rows/losses';
import { optimizers } from './rows/optimizers';
import { others } from './rows/others';

/** One row per op. A new op needs one here, else the types do not fit and a test fails. */
export const table: Table = { ...dense, ...activations, ...losses, ...gradients, ...optimizers, ...others };
