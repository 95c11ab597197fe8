/**
 * Writes blocks of a tar archive, for the few files and folders with short names that we create ourselves.
 */
const BLOCK_BYTES = 512;

/**
 * Header of a regular file with mode 0644, owner 0 and time 0, so that the same input gives the same bytes.
 */
export function tarFileHeader(name: string, size: number): Buffer {
  return tarHeader(name, size, '0');
}

export function tarFolderHeader(name: string): Buffer {
  return tarHeader(name, 0, '5');
}

/** `type`: a file, a folder, or a PAX header for the next entry. */
export function tarHeader(name: string, size: number, type: '0' | '5' | 'x'): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES);
  if (Buffer.byteLength(name) > 99) throw new RangeError(`The name ${name} is too long for a ustar header.`);
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
