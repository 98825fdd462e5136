// Whether two results are the same, byte by byte: no tolerance, and −0 is not 0.

const bytes = (values) => Buffer.from(values.buffer, values.byteOffset, values.byteLength);

/** True if two lists of matrices have the same shapes and the same bytes. */
export function sameBits(a, b) {
  return (
    a.length === b.length &&
    a.every(({ data, rows, cols }, i) => {
      const other = b[i];
      return rows === other.rows && cols === other.cols && bytes(data).equals(bytes(other.data));
    })
  );
}

/** True if two lists of numbers have the same bytes. */
export const sameNumbers = (a, b) => bytes(Float64Array.from(a)).equals(bytes(Float64Array.from(b)));
