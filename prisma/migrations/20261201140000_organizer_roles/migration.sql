-- Organizers have roles. Until now, every organizer could do everything, as an owner.

CREATE TYPE "OrganizerRole" AS ENUM ('OWNER', 'EDITOR', 'REVIEWER');

ALTER TABLE "Organizer" ADD COLUMN "role" "OrganizerRole" NOT NULL DEFAULT 'OWNER';
ALTER TABLE "Organizer" ALTER COLUMN "role" DROP DEFAULT;

GRANT UPDATE ("role") ON "Organizer" TO heldout_site;
