import type { BackendName } from './backend/backend';
import { offered } from './backend/offer';
import type { CsvOptions, Table } from './formats/csv';
import type { IdxData } from './formats/idx';
import type { FileSource } from './formats/source';
import type { InitOptions } from './init';

// Most models are trained on data that comes another way, so the code of the readers is loaded on first use: 3 KB of gzip
// less to start with. A promise of a source is waited for meanwhile: if it is rejected first, somebody must listen.
const load = <T>(source: T) => Promise.all([import('./files'), source]);

/**
 * Reads a CSV file of numbers. Any line ending, a byte order mark, blank lines, spaces around values, quoted values and
 * gzip are handled; missing values are errors.
 *
 * @param source CSV text (a string with a line break in it), or a file path, URL, Blob, Response or bytes of UTF-8
 * @param options `delimiter` (default `','`), `header` (default `'auto'`)
 * @throws RangeError (`ERR_FORMAT`) naming line and column, both from 1, for what is not a number and for lines of
 *   different lengths; Error (`ERR_READ`) for files that cannot be read.
 *
 * @example
 * const digits = await readCsv('digits.csv'); // lines of 64 pixels and a label
 * await model.fit(digits.columns(0, 64), digits.columns(64));
 */
export function readCsv(source: FileSource | PromiseLike<FileSource>, options?: CsvOptions): Promise<Table> {
  return load(source).then(([readers, given]) => readers.readCsv(given, options));
}

/**
 * Reads an IDX file, the format of MNIST, Fashion-MNIST, KMNIST and EMNIST; gzip is recognised and undone.
 *
 * The result goes to `fit`, `evaluate` and `predict` as it is: images of 28 × 28 count as rows of 784, a file of labels
 * as class labels. Pixels stay bytes 0…255; scale them in the model by `layers.rescaling({ scale: 1 / 255 })`. (Format:
 * Y. LeCun, C. Cortes, C. J. C. Burges, "The MNIST database of handwritten digits".)
 *
 * @param source bytes, Blob, Response (or a promise of one), file path or URL
 * @throws RangeError (`ERR_FORMAT`) for files that are truncated or something else; Error (`ERR_READ`) for files that
 *   cannot be read.
 *
 * @example
 * const images = await readIdx('train-images-idx3-ubyte.gz'); // { data: Uint8Array(47040000), shape: [60000, 28, 28] }
 * const labels = await readIdx('train-labels-idx1-ubyte.gz'); // { data: Uint8Array(60000), shape: [60000] }
 * await model.fit(images, labels);
 */
export function readIdx(source: FileSource | PromiseLike<FileSource>): Promise<IdxData> {
  return load(source).then(([readers, given]) => readers.readIdx(given));
}

/**
 * Prepares WebAssembly asynchronously. No program needs it: the first model compiles the core, in about a millisecond.
 * It is for pages that want no compiling in between, or serve and cache the core as a file, and for relaxed numerics; call
 * it before the first model is made.
 *
 * @param options `wasm`: the core as a file, `linnet/wasm`, instead of the inlined one; `workerUrl`: the script of web
 *   workers, `linnet/worker`, instead of the inlined one; `numerics`: `'relaxed'` for products that are fused with their sums
 * @returns the backend that `'auto'` takes: `'js'` where WebAssembly is refused.
 * @throws Error (`ERR_READ`) for a file that cannot be read; RangeError (`ERR_FORMAT`) for one that is not this version's
 *   core; TypeError (`ERR_KIND`, `ERR_OPTION`) for options nobody knows; Error (`ERR_STATE`) for relaxed numerics after the
 *   first model. Then nothing has changed.
 *
 * @example
 * await init({ wasm: new URL('linnet.wasm', import.meta.url) });
 */
export function init(options?: InitOptions): Promise<BackendName> {
  return load(options?.wasm).then(([chunk, wasm]) => chunk.init(offered, options, wasm));
}
