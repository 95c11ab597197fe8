/** esbuild adds these to the modules that use them. */
export { Buffer } from 'buffer/index.js';
