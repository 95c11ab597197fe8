/**
 * A header of the server's own on requests for pages: 32 hexadecimal digits, random for each rendering. Whatever a page has
 * that may never be the same twice, such as the keys of its forms, begins with it, so that a copy for another reader gets
 * one of its own (server/join-reads.ts). What a client sends under this name is removed.
 */
export const RENDER_HEADER = 'x-heldout-render';
