/** Whether the site can send mail, for the organizers' console; not part of /api/v1. */
export interface MailStatus {
  isOn: boolean;
  /** Whether the mails are shown at /dev/mail instead. */
  showsMail: boolean;
  /** Mails of the last seven days that failed for good. */
  failed: number;
  /** Mails that failed and are tried again. */
  retried: number;
}

/** A mail on the page /dev/mail of a development site. */
export interface ShownMail {
  id: string;
  to: string;
  subject: string;
  /** ISO 8601 in UTC. */
  createdAt: string;
  text: string;
  html: string;
}
