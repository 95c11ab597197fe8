/** The polynomial of CRC-32 (RFC 1952, section 8), bits reversed. */
const POLYNOMIAL = 0xedb88320;

/**
 * The CRC-32 of two contents one behind the other, from that of each (zlib, `crc32_combine`): a register that takes in
 * n zero bytes is multiplied by x^(8n) modulo the polynomial.
 * @param second of a content of `secondBytes`.
 */
export function combineCrc32(first: number, second: number, secondBytes: number): number {
  return (multiply(power(secondBytes), first) ^ second) >>> 0;
}

/** x^(8 · bytes) modulo the polynomial. */
function power(bytes: number): number {
  // Bit 31 is the constant term, so this is 1.
  let result = 0x80000000;
  // x^8
  let square = 0x00800000;
  for (let rest = bytes; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = multiply(square, result);
    square = multiply(square, square);
  }
  return result;
}

function multiply(left: number, right: number): number {
  let product = 0;
  let shifted = right;
  for (let bit = 31; bit >= 0; bit--) {
    if ((left >>> bit) & 1) product ^= shifted;
    shifted = shifted & 1 ? (shifted >>> 1) ^ POLYNOMIAL : shifted >>> 1;
  }
  return product >>> 0;
}
