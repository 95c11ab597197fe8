/** Node shares smaller buffers among several owners. */
const MIN_BYTES = 1024 * 1024;

/**
 * Frees the memory of large buffers that nothing uses any more; their views have no elements then. Otherwise each case
 * would add its files and voxels to those that wait for the garbage collector, and make it run: up to a fifth of the
 * time of a check. Node 20 can't free a buffer; there the collector does.
 */
export function freeBuffers(buffers: readonly ArrayBufferLike[]): void {
  for (const buffer of buffers) {
    if (buffer instanceof ArrayBuffer && buffer.byteLength >= MIN_BYTES && 'transfer' in buffer) {
      buffer.transfer(0);
    }
  }
}
