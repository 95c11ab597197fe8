export interface Option {
  value: string;
  label: string;
}

/**
 * A select whose choice is the form's own, as that of an input: React resets a form after its action, and would leave
 * a select that it controls at its first option.
 */
export function SelectField({
  options,
  value,
  onChoose,
  ...attributes
}: {
  id: string;
  name: string;
  options: readonly Option[];
  value: string;
  onChoose?: (value: string) => void;
  'aria-describedby'?: string | undefined;
  'aria-invalid'?: true | undefined;
}) {
  return (
    <select
      key={value}
      {...attributes}
      defaultValue={value}
      onChange={onChoose && ((event) => onChoose(event.target.value))}
    >
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
    </select>
  );
}
