const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

/**
 * CRC-32 (gzip's) of plain data, as eight hexadecimal digits: of the bytes of its JSON text in UTF-8 with sorted keys
 * and no white space, so that it stays the same through any program that keeps the data.
 */
export function checksum(value: unknown): string {
  return (~feed(-1, value) >>> 0).toString(16).padStart(8, '0');
}

/** Piece by piece: the text of a whole model may be longer than a string can be. */
function feed(crc: number, value: unknown): number {
  if (typeof value !== 'object' || value === null) return update(crc, JSON.stringify(value));
  const list = Array.isArray(value);
  const items = value as Readonly<Record<string, unknown>>;
  const keys = Object.keys(items).filter((key) => list || items[key] !== undefined);
  if (!list) keys.sort();
  let c = update(crc, list ? '[' : '{');
  keys.forEach((key, i) => {
    c = update(c, `${i > 0 ? ',' : ''}${list ? '' : `${JSON.stringify(key)}:`}`);
    c = feed(c, items[key]);
  });
  return update(c, list ? ']' : '}');
}

function update(crc: number, text: string): number {
  let c = crc;
  // A constant outside would keep the library from being loaded where there is no TextEncoder, as in Jest's jsdom.
  for (const byte of new TextEncoder().encode(text)) c = TABLE[(c ^ byte) & 255]! ^ (c >>> 8);
  return c;
}
