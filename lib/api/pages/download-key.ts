/** What the page of one's download key shows without the password. */
export interface DownloadKeyView {
  /** null: it is created when it is first needed. */
  createdAt: string | null;
  /** age1…, if its owner entered one. */
  ownRecipient: string | null;
  /** How many were replaced. */
  earlierKeys: number;
}
