/** What organizers granted single teams in a phase, for the console. */
export interface ExceptionsView {
  /** Of the phase. */
  zone: string;
  exceptions: {
    teamSlug: string;
    teamName: string;
    /** What was granted, in words. */
    text: string;
    reason: string;
    grantedBy: string;
    at: string;
  }[];
}
