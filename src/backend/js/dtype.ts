/**
 * The storage type of the kernels in this folder. They are written in float32; scripts/generate.js makes the float64
 * twin of the same text, with this flag turned and without rounding.
 */
export const F32: boolean = true;

/** log₂ of the bytes of one element: element index = byte address >> SHIFT. */
export const SHIFT = F32 ? 2 : 3;

/** Elements in one 128-bit vector: rows are padded to a multiple of this. */
export const LANES = F32 ? 4 : 2;

export type Floats = Float32Array;
