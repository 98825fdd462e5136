// The readers of files, a chunk of its own in the bundle: src/readers.ts loads it.
export { readCsv } from './formats/csv';
export { readIdx } from './formats/idx';
