const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

/**
 * CRC-32 (as in gzip) of plain data as eight hexadecimal digits: of its JSON text with sorted keys, so that neither the
 * order of keys nor white space counts. Keys whose value is `undefined` are absent, as in JSON.
 */
export function checksum(value: unknown): string {
  return ((feed(0xffffffff, value) ^ 0xffffffff) >>> 0).toString(16).padStart(8, '0');
}

function feed(crc: number, value: unknown): number {
  if (typeof value === 'string') return text(text(text(crc, '"'), value), '"'); // long ones without a quoted copy
  if (typeof value !== 'object' || value === null) return text(crc, String(JSON.stringify(value)));
  if (Array.isArray(value))
    return text(
      value.reduce<number>((c, item) => text(feed(c, item), ','), text(crc, '[')),
      ']',
    );
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return text(
    entries.reduce((c, [key, item]) => text(feed(text(c, `${key}:`), item), ','), text(crc, '{')),
    '}',
  );
}

function text(crc: number, characters: string): number {
  let c = crc;
  for (let i = 0; i < characters.length; i++) {
    const code = characters.charCodeAt(i);
    c = TABLE[(c ^ code) & 255]! ^ (c >>> 8);
    if (code > 255) c = TABLE[(c ^ (code >>> 8)) & 255]! ^ (c >>> 8);
  }
  return c;
}
