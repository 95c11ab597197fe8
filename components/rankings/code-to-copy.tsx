import { CopyButton } from '#components/ui/copy-button.tsx';
import { Preformatted } from '#components/ui/preformatted.tsx';

/** A text that readers paste elsewhere. */
export function CodeToCopy({ label, text }: { label: string; text: string }) {
  return (
    <div className="code-to-copy">
      <p className="muted small">
        {label} <CopyButton text={text} label="Copy" />
      </p>
      <Preformatted>{text}</Preformatted>
    </div>
  );
}
