-- The site looks for rehearsals of phases that have opened. A migration of its own, because a new value of an enum can't be
-- used in the transaction that adds it.
CREATE INDEX "Submission_rehearsal_idx" ON "Submission"("phaseId") WHERE standing = 'REHEARSAL';
