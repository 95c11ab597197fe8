-- Predicted and true volumes of each case are recorded, and leaderboards show how well they agree.
ALTER TABLE "Phase" ADD COLUMN "recordsVolumes" BOOLEAN NOT NULL DEFAULT false;
