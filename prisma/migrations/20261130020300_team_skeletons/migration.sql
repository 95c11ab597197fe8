-- The skeleton of a name needs Unicode's table of confusable characters, so prisma/migrate.ts fills it in for the
-- teams that exist.
ALTER TABLE "Team" ADD COLUMN "skeleton" TEXT;

-- CreateIndex
CREATE UNIQUE INDEX "Team_skeleton_key" ON "Team"("skeleton");
