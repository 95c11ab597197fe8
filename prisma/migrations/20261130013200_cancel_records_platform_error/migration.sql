-- Cancelling an evaluation whose runner has stopped answering records that platform error, so that the submission
-- uses no quota. The row policy "site cancels" still allows the site no other change.
GRANT UPDATE ("platformCode") ON "Evaluation" TO heldout_site;
