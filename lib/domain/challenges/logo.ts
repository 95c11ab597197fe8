import { z } from 'zod';

/** The logo of a challenge: a picture that organizers upload, and that the site draws anew before it shows it. */

/** Of the file that is uploaded. A form on this site can send little more. */
export const MAX_LOGO_BYTES = 1_000_000;
/** Of the picture in it: width times height. Decoded, it takes four bytes a pixel. */
export const MAX_LOGO_PIXELS = 16_000_000;
/** Longest side of the logo as it is kept, in pixels. */
export const LOGO_SIDE = 512;

/** The formats that are read. SVG isn't among them: it is a program rather than a picture. */
export const LOGO_TYPES = ['image/png', 'image/jpeg', 'image/webp'] as const;
export const LOGO_FORMATS = 'PNG, JPEG or WebP';

export const MAX_LOGO_ALT = 120;
export const logoAltSchema = z
  .string()
  .trim()
  .min(1, 'Describe the logo for people who can’t see it.')
  .max(MAX_LOGO_ALT, `At most ${MAX_LOGO_ALT} characters.`);

/** The message for a file of more than MAX_LOGO_BYTES. */
export const LOGO_TOO_LARGE = `The file has more than ${MAX_LOGO_BYTES / 1_000_000} MB. Scale the picture down, and choose it again.`;
