import type { Backend } from './backend/backend';
import type { Rows } from './data/inputs';
import { breakEven, density } from './data/sparse';
import { bytesPerElement, type DType } from './plan/tensor';

/** Bytes of a batch's column lists beyond which `'auto'` leaves zeros in. */
const MAX_LISTS = 1 << 26;

/** Of data of fewer numbers than this, one time in so many is looked at: looking takes as long as predicting them. */
const LITTLE = 1024;
const OFTEN = 8;

/** Numbers looked at before a prediction: of 32 rows of 784, looking at all took a fifth of the time. */
const GLANCE = 4096;

/** Whether the zeros in a model's data are skipped, and why. */
export class ZeroSkipping {
  skips = false;
  #share = 0;
  #limit = 0;
  #fits = true;
  #calls = 0;

  /** @param wish what the user wants: as is faster, or one of both. */
  constructor(
    readonly wish: 'auto' | boolean,
    readonly dtype: DType,
  ) {}

  /**
   * Whether to skip the zeros of x, in batches of up to `batch` rows, before a product of `units` outputs.
   * @param again whether the rows are gone through more than once, so that it is worth looking at many.
   */
  decide(x: Rows, batch: number, again: boolean, units: number, backend: Backend): boolean {
    const { wish, dtype } = this;
    if (wish !== 'auto') {
      this.#calls = 1;
      this.skips = wish;
    } else if (this.#calls++ % OFTEN === 0 || x.rows * x.cols >= LITTLE) {
      this.#limit = breakEven(units, dtype, backend.name);
      this.#share = density(x, again ? 256 : Math.ceil(GLANCE / x.cols));
      this.#fits = Math.min(batch, x.rows) * x.cols * 2 * bytesPerElement(dtype) < MAX_LISTS;
      this.skips = this.#share < this.#limit && this.#fits;
    }
    return this.skips;
  }

  toString(): string {
    const { wish, skips } = this;
    if (this.#calls === 0) return 'no data seen yet';
    let reason = `skipZeros is ${wish}`;
    if (wish === 'auto') {
      reason = `density ${this.#share.toFixed(2)} ${skips ? '<' : '≥'} ${this.#limit.toFixed(2)}`;
      if (!this.#fits) reason = 'the batch is too large';
    }
    return `${skips ? 'skipped' : 'not skipped'} (${reason})`;
  }
}
