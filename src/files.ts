// The readers of files and `init`, a chunk of its own in the bundle: src/readers.ts loads it.
export { readCsv } from './formats/csv';
export { readIdx } from './formats/idx';
export { init } from './init';
