/**
 * Writes blocks of a tar archive (POSIX.1-2001, ustar and pax), without owner and time, so that the same input gives the
 * same bytes.
 */
const BLOCK_BYTES = 512;
const MAX_NAME_BYTES = 99;

/** Header of a regular file with a short name, mode 0644, owner 0 and time 0. */
export function tarFileHeader(name: string, size: number): Buffer {
  return tarHeader(name, size, '0');
}

/** Header of a regular file with any path, in as many blocks as it takes. */
export function tarPathHeader(path: string, size: number): Buffer {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly what ASCII is.
  if (Buffer.byteLength(path) <= MAX_NAME_BYTES && /^[\x00-\x7f]*$/.test(path))
    return tarFileHeader(path, size);
  const record = paxRecord('path', path);
  const fallback = path.replace(/[^ -~]/g, '_').slice(-MAX_NAME_BYTES);
  return Buffer.concat([
    tarHeader('pax', record.length, 'x'),
    record,
    tarPadding(record.length),
    tarFileHeader(fallback, size),
  ]);
}

/** A record of a pax header: "<length> <key>=<value>\n", where the length in bytes counts the whole record. */
export function paxRecord(key: string, value: string): Buffer {
  const body = Buffer.from(` ${key}=${value}\n`);
  let length = body.length + 1;
  while (String(length).length + body.length !== length) length = String(length).length + body.length;
  return Buffer.concat([Buffer.from(String(length)), body]);
}

export function tarFolderHeader(name: string): Buffer {
  return tarHeader(name, 0, '5');
}

/** `type`: a file, a folder, or a PAX header for the next entry. */
export function tarHeader(name: string, size: number, type: '0' | '5' | 'x'): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES);
  if (Buffer.byteLength(name) > MAX_NAME_BYTES)
    throw new RangeError(`The name ${name} is too long for a ustar header.`);
  block.write(name, 0);
  block.write(type === '5' ? '0000755\0' : '0000644\0', 100);
  block.write('0000000\0', 108);
  block.write('0000000\0', 116);
  writeSize(block, size);
  block.write('00000000000\0', 136);
  block.write(`        ${type}`, 148);
  block.write('ustar\0' + '00', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

/** Eleven octal digits represent up to 8 GiB; larger sizes use GNU's base-256 encoding. */
function writeSize(block: Buffer, size: number): void {
  if (size < 8 ** 11) {
    block.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
    return;
  }
  block[124] = 0x80;
  let rest = size;
  for (let at = 135; at > 124; at -= 1) {
    block[at] = rest % 256;
    rest = Math.floor(rest / 256);
  }
}

export function tarPadding(size: number): Buffer {
  return Buffer.alloc((BLOCK_BYTES - (size % BLOCK_BYTES)) % BLOCK_BYTES);
}

export function tarEnd(): Buffer {
  return Buffer.alloc(2 * BLOCK_BYTES);
}
