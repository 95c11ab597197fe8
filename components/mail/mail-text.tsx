const ADDRESS = /(https?:\/\/\S+)/;

/** The plain text of a mail, with its addresses as links. */
export function MailText({ text }: { text: string }) {
  return (
    <pre className="mail-text">
      {text.split(ADDRESS).map((part, index) =>
        // Every second part is what the pattern has matched.
        index % 2 === 1 ? (
          <a key={part} href={part}>
            {part}
          </a>
        ) : (
          part
        ),
      )}
    </pre>
  );
}
