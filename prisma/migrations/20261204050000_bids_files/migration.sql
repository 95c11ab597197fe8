-- Publishing a release adds the files that BIDS asks for. The trigger keep_published still refuses it afterwards.
GRANT UPDATE ("fileCount", "bytes") ON "ReleaseVariant" TO heldout_site;
