import type { Socket } from './sockets.ts';

/** An entry of inputs.json, by which the templates of grand-challenge.org choose their handler. */
export type InputEntry = ValueEntry<SocketDescription>;

/** A value of a case, as the templates of grand-challenge.org read it. */
export interface ValueEntry<Description> {
  interface: Description;
  socket: Description;
  image: { name: string } | null;
  value: unknown;
  file: string | null;
}

type SocketDescription = Pick<Socket, 'slug' | 'kind' | 'super_kind' | 'relative_path'>;

/** What a case has for a socket: an image's file name, a value, or a file. */
export type SocketContent = { image: { name: string } } | { value: unknown } | { file: string };

export function inputEntry(
  { slug, kind, super_kind, relative_path }: SocketDescription,
  content: SocketContent,
): InputEntry {
  return valueEntry({ slug, kind, super_kind, relative_path }, content);
}

/** Older templates read `interface`, newer ones `socket`; what doesn't apply is null. */
export function valueEntry<Description>(
  description: Description,
  content: SocketContent,
): ValueEntry<Description> {
  return {
    interface: description,
    socket: description,
    image: 'image' in content ? content.image : null,
    value: 'value' in content ? content.value : null,
    file: 'file' in content ? content.file : null,
  };
}
