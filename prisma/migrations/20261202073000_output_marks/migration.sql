-- The exclusive or of the keyed hashes of an evaluation's outputs, so that organizers find teams with the same ones.
ALTER TABLE "Evaluation" ADD COLUMN "outputMark" BIT(128);
GRANT UPDATE ("outputMark") ON "Evaluation" TO heldout_runner;
