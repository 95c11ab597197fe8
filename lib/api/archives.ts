import { z } from 'zod';
import {
  countSchema,
  idSchema,
  listQueryShape,
  listResponse,
  sha256Schema,
  timestampSchema,
} from './values.ts';

/** An image, or a model archive with the weights that containers see at /opt/ml/model. */
export type ArchiveKind = 'image' | 'model';

/** An uploaded file. */
export const archiveViewSchema = z.object({ fileName: z.string(), bytes: countSchema, sha256: sha256Schema });
export type ArchiveView = z.infer<typeof archiveViewSchema>;

export const storedArchiveSchema = archiveViewSchema.extend({ id: idSchema });
export type StoredArchive = z.infer<typeof storedArchiveSchema>;

/** An archive that was uploaded earlier and can be submitted again. */
const uploadedArchiveSchema = storedArchiveSchema.extend({
  uploadedAt: timestampSchema,
  /** The algorithm name of the latest submission that used it; null if none did. */
  algorithm: z.string().nullable(),
});
export type UploadedArchive = z.infer<typeof uploadedArchiveSchema>;

export const listArchivesQuerySchema = z.object({ team: z.string(), ...listQueryShape(idSchema) });

/** The team that uploads, and the phase whose size limit applies. */
export const uploadArchiveQuerySchema = z.object({
  team: z.string(),
  challenge: z.string(),
  phase: z.string(),
});

/** Content-Length of an upload. */
export const uploadLengthSchema = z
  .int({ error: 'The Content-Length header is required, so that an incomplete upload is detected.' })
  .min(1, 'The file is empty.');

/** X-Content-SHA256 of an upload, if the sender declares it. */
export const uploadSha256Schema = sha256Schema.optional();

export const listImagesResponseSchema = listResponse('images', uploadedArchiveSchema);
export const listModelsResponseSchema = listResponse('models', uploadedArchiveSchema);
export const uploadImageResponseSchema = z.object({ image: storedArchiveSchema });
export const uploadModelResponseSchema = z.object({ model: storedArchiveSchema });
