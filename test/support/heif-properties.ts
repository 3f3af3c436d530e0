/** A box of the ISO base media file format. */
export function box(name: string, payload: Buffer): Buffer {
  const head = Buffer.from(`\0\0\0\0${name}`, 'latin1');
  head.writeUInt32BE(8 + payload.length);
  return Buffer.concat([head, payload]);
}

const BOXES_AROUND = ['meta', 'iprp', 'ipco'];

/**
 * A HEIF file whose primary item has further properties, behind those that it has (ISO/IEC 23008-12, 9.3). The file has
 * its boxes in the order in which libheif writes them, and offsets of four bytes.
 */
export function heifWith(file: Buffer, properties: Buffer[]): Buffer {
  const added = Buffer.concat(properties);
  const known = boxesIn(file, startOf(file, 'ipco') + 8, endOf(file, 'ipco')).length;
  const withProperties = insert(file, endOf(file, 'ipco'), added, BOXES_AROUND);
  return properties.reduce((bytes, _, index) => associate(bytes, known + index + 1), withProperties);
}

/** The same file where the stored size of the primary item is told as another one. */
export function heifOfSize(file: Buffer, { width, height }: { width: number; height: number }): Buffer {
  const bytes = Buffer.from(file);
  const at = bytes.lastIndexOf('ispe') + 8;
  bytes.writeUInt32BE(width, at);
  bytes.writeUInt32BE(height, at + 4);
  return bytes;
}

const startOf = (file: Buffer, name: string) => file.indexOf(name, 0, 'latin1') - 4;
const endOf = (file: Buffer, name: string) => startOf(file, name) + file.readUInt32BE(startOf(file, name));

function boxesIn(file: Buffer, from: number, to: number): number[] {
  const starts: number[] = [];
  for (let at = from; at < to; at += file.readUInt32BE(at)) starts.push(at);
  return starts;
}

/** Puts bytes into boxes inside each other, and moves what the items refer to. */
function insert(file: Buffer, at: number, bytes: Buffer, around: string[]): Buffer {
  const grown = Buffer.from(file);
  for (const name of around)
    grown.writeUInt32BE(grown.readUInt32BE(startOf(file, name)) + bytes.length, startOf(file, name));
  moveItems(grown, bytes.length);
  return Buffer.concat([grown.subarray(0, at), bytes, grown.subarray(at)]);
}

/** `iloc` (ISO/IEC 14496-12, 8.11.3): extents of items that lie in the file itself begin later by so many bytes. */
function moveItems(file: Buffer, by: number): void {
  const start = startOf(file, 'iloc') + 8;
  const version = file[start] ?? 0;
  const baseBytes = (file[start + 5] ?? 0) >> 4;
  let at = start + 8;
  for (let items = file.readUInt16BE(start + 6); items > 0; items -= 1) {
    const inFile = version === 0 || (file.readUInt16BE(at + 2) & 15) === 0;
    at += (version === 0 ? 4 : 6) + baseBytes;
    const extents = file.readUInt16BE(at);
    at += 2;
    for (let extent = 0; extent < extents; extent += 1, at += 8) {
      if (inFile) file.writeUInt32BE(file.readUInt32BE(at) + by, at);
    }
  }
}

/** Ties a property to the first item of `ipma`, as an essential one. */
function associate(file: Buffer, property: number): Buffer {
  const count = startOf(file, 'ipma') + 18;
  const behind = count + 1 + (file[count] ?? 0);
  const grown = insert(file, behind, Buffer.of(0x80 | property), ['meta', 'iprp', 'ipma']);
  grown[count] = (grown[count] ?? 0) + 1;
  return grown;
}
