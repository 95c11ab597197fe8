import { z } from 'zod';

/** Statistics of the cases of a variant. The importer computes them where it reads the data, and sends them with it. */

/** Edges of the bins of lesion volumes in ml, four a decade from 0.001 to 1000, without those below and above. */
export const VOLUME_EDGES_ML: readonly number[] = Array.from(
  { length: 25 },
  (_, step) => 10 ** (step / 4 - 3),
);
/** Cases with so many lesions or more are counted together. */
export const MANY_LESIONS = 10;

const count = z.int().min(0).max(1_000_000);
const positive = z.number().positive().max(1e6);
const named = z.strictObject({ name: z.string().min(1).max(200), cases: count });

const planeSchema = z.strictObject({
  width: z.int().min(1).max(1024),
  height: z.int().min(1).max(1024),
  /** A gray PNG in base64: white where no lesion is, black where most are. */
  png: z
    .string()
    .max(400_000)
    .regex(/^iVBORw0KGgo[A-Za-z0-9+/]+={0,2}$/),
});
export type OverlapPlane = z.infer<typeof planeSchema>;

export const PLANES = ['axial', 'coronal', 'sagittal'] as const;

export const variantStatisticsSchema = z.strictObject({
  cases: count,
  voxelSizes: z.array(z.strictObject({ mm: z.tuple([positive, positive, positive]), cases: count })).max(200),
  /** By where they were acquired; empty if that isn’t known. */
  sites: z.array(named).max(500),
  /** By the chronicity of the lesions, as the data set has it; empty if that isn’t known. */
  chronicity: z.array(named).max(50),
  /** null where the true masks are withheld. */
  lesions: z
    .strictObject({
      cases: count,
      /** Cases whose mask is empty. */
      without: count,
      /** Cases by volume: one number for each bin of VOLUME_EDGES_ML, after those below and before those above. */
      volumes: z.array(count).length(VOLUME_EDGES_ML.length + 1),
      /** Of the volumes in ml, without empty masks; null if all are empty. */
      quartilesMl: z.tuple([positive, positive, positive]).nullable(),
      /** Cases with 0, 1, … lesions (voxels that touch, also by a corner); the last one with MANY_LESIONS or more. */
      counts: z.array(count).length(MANY_LESIONS + 1),
    })
    .nullable(),
  /** How many lesions lie over each other; null unless all masks are on one grid. */
  overlap: z
    .strictObject({
      /** Cases with a lesion at the voxel where most have one. */
      most: count,
      /** The largest number of lesions along each line of sight, seen in three planes. */
      planes: z.record(z.enum(PLANES), planeSchema),
    })
    .nullable(),
});
export type VariantStatistics = z.infer<typeof variantStatisticsSchema>;

/** The place of a volume among the counts of `volumes`. */
export function volumeBin(ml: number): number {
  const above = VOLUME_EDGES_ML.findIndex((edge) => ml < edge);
  return above === -1 ? VOLUME_EDGES_ML.length : above;
}
