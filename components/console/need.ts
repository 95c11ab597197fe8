/** Something that needs an organizer's attention. */
export interface Need {
  count: number;
  warning: boolean;
  sentence: React.ReactNode;
  /** null if there is nothing to open: only an administrator can change it, on the site's host. */
  link: { href: string; action: string } | null;
}
