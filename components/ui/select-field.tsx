'use client';

import { useState } from 'react';

export interface Option {
  value: string;
  label: string;
}

/** A select that keeps its choice when its form was refused. */
export function SelectField({
  options,
  value,
  ...attributes
}: {
  id: string;
  name: string;
  options: readonly Option[];
  value: string;
  'aria-describedby'?: string | undefined;
  'aria-invalid'?: true | undefined;
}) {
  const [chosen, choose] = useState(value);
  return (
    <select {...attributes} value={chosen} onChange={(event) => choose(event.target.value)}>
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
    </select>
  );
}
