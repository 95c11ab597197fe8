-- A phase has a task: its inputs, outputs and scoring, in place of three columns that could only vary one task.
ALTER TABLE "Phase" ADD COLUMN "task" JSONB;

UPDATE "Phase" SET "task" = jsonb_build_object(
  'inputs', jsonb_build_array(jsonb_build_object(
    'slug', 't1-brain-mri', 'title', 'T1-weighted MRI', 'kind', 'Image', 'super_kind', 'Image',
    'relative_path', 'images/t1-brain-mri',
    -- A batch always got .nii.gz, and no metadata.
    'format', CASE WHEN "inputFormat" = 'MHA' AND contract <> 'BATCH' THEN 'mha' ELSE 'nii.gz' END,
    'bids', 'space-MNI152NLin2009aSym_T1w', 'required', true))
  || CASE WHEN "givesMetadata" AND contract <> 'BATCH' THEN jsonb_build_array(jsonb_build_object(
    'slug', 'stroke-metadata', 'title', 'Site, chronicity and days after stroke', 'kind', 'Anything',
    'super_kind', 'Value', 'relative_path', 'stroke-metadata.json', 'required', false)) ELSE '[]' END,
  'outputs', jsonb_build_array(jsonb_build_object(
    'slug', 'stroke-lesion-segmentation', 'title', 'Lesion mask', 'kind', 'Segmentation', 'super_kind', 'Image',
    'relative_path', 'images/stroke-lesion-segmentation', 'format', 'nii.gz',
    'bids', 'space-MNI152NLin2009aSym_label-L_desc-T1lesion_mask', 'required', true))
  || CASE WHEN "takesProbabilityMaps" THEN jsonb_build_array(jsonb_build_object(
    'slug', 'lesion-probability-map', 'title', 'Lesion probability', 'kind', 'Heat Map', 'super_kind', 'Image',
    'relative_path', 'images/lesion-probability-map', 'format', 'nii.gz', 'required', false)) ELSE '[]' END,
  'scoring', jsonb_build_object('kind', 'segmentation', 'output', 'stroke-lesion-segmentation', 'grid', 't1-brain-mri')
  || CASE WHEN "takesProbabilityMaps" THEN jsonb_build_object('probabilityMap', 'lesion-probability-map') ELSE '{}' END);

ALTER TABLE "Phase" ALTER COLUMN "task" SET NOT NULL,
  DROP COLUMN "inputFormat",
  DROP COLUMN "givesMetadata",
  DROP COLUMN "takesProbabilityMaps";
DROP TYPE "InputFormat";

-- A kept prediction is one sealed archive of all outputs of a case; what was kept before had a blob for each file. No
-- version was released that kept any.
UPDATE "CaseScore" SET "predictionBlob" = NULL WHERE "predictionBlob" IS NOT NULL;
ALTER TABLE "CaseScore" DROP COLUMN "mapBlob";

-- The files of a case in a test set: what its container gets, and the truth.
ALTER TABLE "TestCase" RENAME COLUMN "scanBlob" TO "inputBlob";

-- The archive for an organizer's scorer.
ALTER TABLE "TestSet" ADD COLUMN "groundTruthBlob" TEXT;
