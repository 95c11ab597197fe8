import { Fragment } from 'react';

/** A sentence whose parts in backticks are rendered as code. */
export function WithCode({ text }: { text: string }) {
  return text.split('`').map((part, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the sentence doesn’t change
    <Fragment key={index}>{index % 2 === 1 ? <code>{part}</code> : part}</Fragment>
  ));
}
