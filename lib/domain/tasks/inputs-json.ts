import type { Socket } from './sockets.ts';

/** An entry of inputs.json, by which the templates of grand-challenge.org choose their handler. */
export interface InputEntry {
  interface: SocketDescription;
  socket: SocketDescription;
  image: { name: string } | null;
  value: unknown;
  file: string | null;
}

type SocketDescription = Pick<Socket, 'slug' | 'kind' | 'super_kind' | 'relative_path'>;

/** What a case has for a socket: an image's file name, a value, or a file. */
export type SocketContent = { image: { name: string } } | { value: unknown } | { file: string };

/** Older templates read `interface`, newer ones `socket`; what doesn't apply is null. */
export function inputEntry(
  { slug, kind, super_kind, relative_path }: SocketDescription,
  content: SocketContent,
): InputEntry {
  const description = { slug, kind, super_kind, relative_path };
  return {
    interface: description,
    socket: description,
    image: 'image' in content ? content.image : null,
    value: 'value' in content ? content.value : null,
    file: 'file' in content ? content.file : null,
  };
}
