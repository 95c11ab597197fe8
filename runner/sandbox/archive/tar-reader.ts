/**
 * A strict tar reader that is fed chunk by chunk and keeps no entry in memory.
 *
 * It exists because the engine's Go reader later unpacks what is checked here, and both must agree on the
 * name and the end of every entry. This reader rejects ambiguous archives (a name in both a PAX record and a
 * GNU header, sparse files, unknown types, data after the end), and limits the length of long names and PAX
 * records, which other readers buffer whatever their size.
 * Format: POSIX.1-2001 pax, ustar, GNU (types L and K), as Go's archive/tar reads them.
 */
export type TarEntryType = 'file' | 'hardlink' | 'symlink' | 'character' | 'block' | 'directory' | 'fifo';

export interface TarEntry {
  /** Exactly as in the archive. */
  name: string;
  linkName: string;
  type: TarEntryType;
  /** Bytes of content that follow; 0 unless the entry is a file. */
  size: number;
  /** Where the entry's first header starts in the archive, and where its padded content ends. */
  start: number;
  end: number;
}

export interface TarEvents {
  onEntry(entry: TarEntry): void;
  /** Content of the latest entry; the chunk is valid only during the call. */
  onData(chunk: Buffer): void;
  onEntryEnd(): void;
}

/** The message is the rest of a sentence that starts with the archive's name. */
export class TarError extends Error {}

const BLOCK_BYTES = 512;
const MAX_NAME_BYTES = 4096;
const MAX_EXTENDED_HEADER_BYTES = 1024 * 1024;

type State = 'header' | 'data' | 'extended' | 'skip' | 'padding' | 'end';

interface LongNames {
  gnuName?: string;
  gnuLink?: string;
  pax?: Map<string, string>;
}

export class TarReader {
  private readonly events: TarEvents;
  private state: State = 'header';
  private readonly block = Buffer.alloc(BLOCK_BYTES);
  private blockLength = 0;
  /** Remaining bytes of the content, extended header or padding that is being read. */
  private left = 0;
  private padding = 0;
  private extended: Buffer[] = [];
  private extendedType = '';
  private pending: LongNames = {};
  private zeroBlocks = 0;
  private hasBlocks = false;
  /** Bytes read so far, and where the first of the headers that belong to the next entry started. */
  private offset = 0;
  private pendingStart: number | null = null;

  constructor(events: TarEvents) {
    this.events = events;
  }

  write(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.state === 'header' || this.state === 'end') at = this.fillBlock(chunk, at);
      else {
        const take = Math.min(this.left, chunk.length - at);
        const part = chunk.subarray(at, at + take);
        this.offset += take;
        if (this.state === 'data') this.events.onData(part);
        else if (this.state === 'extended') this.extended.push(Buffer.from(part));
        this.left -= take;
        at += take;
        if (this.left === 0) this.finishPart();
      }
    }
  }

  /** Called at the end of the archive; throws if the end is in the middle of an entry. */
  end(): void {
    if (!this.hasBlocks && this.blockLength > 0) throw new TarError('is too short to be a tar file');
    if (this.blockLength > 0 || (this.state !== 'header' && this.state !== 'end')) {
      throw new TarError('is truncated: it ends in the middle of an entry');
    }
    if (Object.keys(this.pending).length > 0) throw new TarError('ends with a header that has no entry');
  }

  private fillBlock(chunk: Buffer, at: number): number {
    const take = Math.min(BLOCK_BYTES - this.blockLength, chunk.length - at);
    chunk.copy(this.block, this.blockLength, at, at + take);
    this.blockLength += take;
    this.offset += take;
    if (this.blockLength === BLOCK_BYTES) {
      this.blockLength = 0;
      this.hasBlocks = true;
      this.readBlock();
    }
    return at + take;
  }

  private readBlock(): void {
    const isZero = this.block[0] === 0 && this.block.every((byte) => byte === 0);
    if (this.state === 'end') {
      if (!isZero) throw new TarError('contains data after its end');
      return;
    }
    if (isZero) {
      this.zeroBlocks += 1;
      if (this.zeroBlocks === 2) this.state = 'end';
      return;
    }
    if (this.zeroBlocks > 0) throw new TarError('contains data after its end');
    this.readHeader();
  }

  private readHeader(): void {
    verifyChecksum(this.block);
    verifyNumbers(this.block);
    const flag = String.fromCharCode(this.block[156] ?? 0);
    const size = readNumber(this.block, 124, 12, 'size');
    // The engine's reader drops the long name before a global header and uses the short one.
    if (flag === 'g' && Object.keys(this.pending).length > 0)
      throw new TarError('contains a global header between the long name of an entry and the entry itself');
    const start = this.pendingStart ?? this.offset - BLOCK_BYTES;
    if ('LKxg'.includes(flag)) {
      // A global header belongs to no entry.
      if (flag !== 'g') this.pendingStart = start;
      if (size > MAX_EXTENDED_HEADER_BYTES) throw new TarError('contains a header larger than 1 MiB');
      this.extendedType = flag;
      this.extended = [];
      this.begin('extended', size);
      return;
    }
    const resolved = this.resolveEntry(flag, size);
    const end = this.offset + Math.ceil(resolved.size / BLOCK_BYTES) * BLOCK_BYTES;
    const entry = { ...resolved, start, end };
    this.pending = {};
    this.pendingStart = null;
    this.events.onEntry(entry);
    this.begin('data', entry.size);
  }

  private begin(state: State, size: number): void {
    this.state = state;
    this.left = size;
    this.padding = (BLOCK_BYTES - (size % BLOCK_BYTES)) % BLOCK_BYTES;
    if (size === 0) this.finishPart();
  }

  private finishPart(): void {
    const finished = this.state;
    if (finished === 'extended') this.readExtended();
    else if (finished === 'data') this.events.onEntryEnd();
    this.left = finished === 'padding' ? 0 : this.padding;
    this.state = this.left > 0 ? 'padding' : 'header';
  }

  private readExtended(): void {
    const content = Buffer.concat(this.extended);
    this.extended = [];
    if (this.extendedType === 'x') {
      if (this.pending.pax) throw new TarError('contains an entry with two PAX headers');
      this.pending.pax = parsePax(content);
    } else if (this.extendedType === 'g') {
      // The engine's reader ignores global records, so the two readers would disagree about a record that
      // names a file.
      for (const key of parsePax(content).keys()) {
        if (/^(path|linkpath|size|GNU\.sparse\..*)$/.test(key)) {
          throw new TarError(`sets "${key}" in a global header`);
        }
      }
    } else {
      const text = decodeName(cutAtNul(content));
      if (this.extendedType === 'L') this.pending.gnuName = text;
      else this.pending.gnuLink = text;
    }
  }

  private resolveEntry(flag: string, headerSize: number): Omit<TarEntry, 'start' | 'end'> {
    const { gnuName, gnuLink, pax } = this.pending;
    const paxName = pax?.get('path');
    const paxLink = pax?.get('linkpath');
    if ((gnuName !== undefined && paxName) || (gnuLink !== undefined && paxLink)) {
      throw new TarError('contains an entry with two different long names');
    }
    for (const key of pax?.keys() ?? []) {
      if (key.startsWith('GNU.sparse.')) throw new TarError('contains a sparse file, which is not supported');
      // The engine would set them as root, and its overlay file system would use them to decide which folder
      // hides which.
      if (key.startsWith('SCHILY.xattr.trusted.'))
        throw new TarError(
          `sets an attribute that is reserved for the system (${JSON.stringify(key.slice(0, 100))})`,
        );
    }
    const name = gnuName ?? (paxName || headerName(this.block));
    const linkName = gnuLink ?? (paxLink || decodeName(cutAtNul(this.block.subarray(157, 257))));
    if (name === '') throw new TarError('contains an entry without a name');
    const type = entryType(flag, name);
    const paxSize = pax?.get('size');
    const size = paxSize ? parseDecimal(paxSize) : headerSize;
    return { name, linkName, type, size: type === 'file' ? size : 0 };
  }
}

function entryType(flag: string, name: string): TarEntryType {
  switch (flag) {
    case '0':
    case '\0':
      // Version 7 archives have no type for directories: they are marked by a trailing slash.
      return flag === '\0' && name.endsWith('/') ? 'directory' : 'file';
    case '7':
      return 'file';
    case '1':
      return 'hardlink';
    case '2':
      return 'symlink';
    case '3':
      return 'character';
    case '4':
      return 'block';
    case '5':
      return 'directory';
    case '6':
      return 'fifo';
    case 'S':
      throw new TarError('contains a sparse file, which is not supported');
    default:
      throw new TarError(`contains an entry of unknown type ${JSON.stringify(flag)}`);
  }
}

function verifyChecksum(block: Buffer): void {
  const stored = readNumber(block, 148, 8, 'checksum');
  let unsigned = 8 * 32;
  let signed = 8 * 32;
  for (let at = 0; at < BLOCK_BYTES; at += 1) {
    if (at >= 148 && at < 156) continue;
    const byte = block[at] ?? 0;
    unsigned += byte;
    signed += byte > 127 ? byte - 256 : byte;
  }
  if (stored !== unsigned && stored !== signed)
    throw new TarError('is not a tar archive (a header has a wrong checksum)');
}

/**
 * Fields that we don't use but that the engine's reader parses; it rejects the archive at the first invalid
 * one.
 */
const IDS_AND_TIMES = [
  [100, 8],
  [108, 8],
  [116, 8],
  [136, 12],
] as const;
const DEVICES = [
  [329, 8],
  [337, 8],
] as const;
/**
 * Times in GNU's header, at the offset where ustar stores the start of long names. Readers treat them as part
 * of the name if they are not valid times.
 */
const GNU_TIMES = [
  [345, 12],
  [357, 12],
] as const;

function verifyNumbers(block: Buffer): void {
  const magic = block.toString('latin1', 257, 265);
  const fields = [
    ...IDS_AND_TIMES,
    ...(magic.startsWith('ustar') ? DEVICES : []),
    ...(magic === 'ustar  \0' ? GNU_TIMES : []),
  ];
  for (const [offset, length] of fields) {
    const field = block.subarray(offset, offset + length);
    if ((field[0] ?? 0) & 0x80) continue;
    const text = field.toString('latin1').replace(/^[ \0]+|[ \0]+$/g, '');
    if (!/^[0-7]*(\0|$)/.test(text)) throw new TarError('contains a header with an invalid number');
  }
}

/** Reads octal digits, or GNU's base-256 encoding if the first bit is set. */
function readNumber(block: Buffer, offset: number, length: number, label: string): number {
  const field = block.subarray(offset, offset + length);
  const first = field[0] ?? 0;
  if (first & 0x80) {
    if (first & 0x40) throw new TarError(`contains a header with a negative ${label}`);
    let value = first & 0x3f;
    for (const byte of field.subarray(1)) value = value * 256 + byte;
    if (!Number.isSafeInteger(value)) throw new TarError(`contains a header with an impossible ${label}`);
    return value;
  }
  const text = field.toString('latin1').replace(/^[ \0]+|[ \0]+$/g, '');
  if (text === '') return 0;
  if (!/^[0-7]+$/.test(text))
    throw new TarError(`is not a tar archive (a header's ${label} is not a number)`);
  return Number.parseInt(text, 8);
}

function headerName(block: Buffer): string {
  const name = cutAtNul(block.subarray(0, 100));
  const isUstar = block.subarray(257, 263).toString('latin1') === 'ustar\0';
  const prefix = isUstar ? cutAtNul(block.subarray(345, isStar(block) ? 476 : 500)) : Buffer.alloc(0);
  return prefix.length === 0 ? decodeName(name) : `${decodeName(prefix)}/${decodeName(name)}`;
}

function isStar(block: Buffer): boolean {
  return block.subarray(508, 512).toString('latin1') === 'tar\0';
}

function cutAtNul(bytes: Buffer): Buffer {
  const end = bytes.indexOf(0);
  return end < 0 ? bytes : bytes.subarray(0, end);
}

function decodeName(bytes: Buffer): string {
  if (bytes.length > MAX_NAME_BYTES)
    throw new TarError(`contains a path of ${bytes.length} bytes (the limit is ${MAX_NAME_BYTES})`);
  const text = bytes.toString('utf8');
  if (text.includes('\0')) throw new TarError('contains a path with a NUL byte');
  return text;
}

/** Parses PAX records: "<length> <key>=<value>\n", where the length counts the whole record. */
function parsePax(content: Buffer): Map<string, string> {
  const records = new Map<string, string>();
  for (let at = 0; at < content.length; ) {
    const space = content.indexOf(0x20, at);
    const digits = space < 0 ? '' : content.subarray(at, space).toString('latin1');
    const length = /^[1-9]\d{0,7}$/.test(digits) ? Number(digits) : 0;
    const end = at + length;
    if (length === 0 || end > content.length || content[end - 1] !== 0x0a || space + 1 >= end) {
      throw new TarError('contains a malformed PAX header');
    }
    const record = content.subarray(space + 1, end - 1);
    const equals = record.indexOf(0x3d);
    if (equals <= 0) throw new TarError('contains a malformed PAX header');
    const key = record.subarray(0, equals).toString('utf8');
    const value = record.subarray(equals + 1);
    // Attributes may be long and binary; only names are read as text, and those are limited.
    const isName = key === 'path' || key === 'linkpath';
    if (isName && value.includes(0)) throw new TarError('contains a path with a NUL byte');
    records.set(key, isName ? decodeName(value) : value.subarray(0, 256).toString('latin1'));
    at = end;
  }
  return records;
}

function parseDecimal(text: string): number {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value)) throw new TarError('contains a header with an impossible size');
  return value;
}
