import { MarkdownControl } from '#components/markdown/markdown-control.tsx';
import type { FormState } from '#components/ui/form-state.ts';
import type { Choice, FormField, MetricsField } from '#lib/domain/phases/form/form.ts';
import { DateEcho } from './date-echo.tsx';

type Typed = Pick<FormState, 'fields' | 'values'>;

/** A setting in a form. What is locked is shown, and not sent. */
export function DefinitionField({ field, state }: { field: FormField; state: Typed }) {
  const { name, label, hint, locked } = field;
  const error = state.fields[name];
  const id = `setting-${name}`;
  const hasHint = hint !== '' || locked;
  const described = [hasHint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ');
  const value = state.values[name] ?? field.value;
  return (
    <div className="field setting">
      <label htmlFor={id}>{label}</label>
      <Control
        field={field}
        // What was typed comes back with the answer of the server.
        key={value}
        shared={{
          id,
          name,
          defaultValue: value,
          disabled: locked,
          'aria-invalid': error ? true : undefined,
          'aria-describedby': described || undefined,
        }}
      />
      {field.kind === 'date' ? <DateEcho name={name} zone={field.zone} value={value} /> : null}
      {hasHint ? (
        <p className="hint" id={`${id}-hint`}>
          <Hint text={hint} />
          {locked ? ' Locked.' : null}
        </p>
      ) : null}
      <FieldError id={id} error={error} />
    </div>
  );
}

interface Shared {
  id: string;
  name: string;
  defaultValue: string;
  disabled: boolean;
  'aria-invalid': true | undefined;
  'aria-describedby': string | undefined;
}

function Control({ field, shared }: { field: FormField; shared: Shared }) {
  if (field.kind === 'choice') {
    return (
      <select {...shared}>
        {[...Map.groupBy(field.choices, ({ group }) => group)].map(([group, choices]) =>
          group === undefined ? (
            <Options key="" choices={choices} />
          ) : (
            <optgroup key={group} label={group}>
              <Options choices={choices} />
            </optgroup>
          ),
        )}
      </select>
    );
  }
  if (field.kind === 'markdown') return <MarkdownControl {...shared} label={field.label} />;
  if (field.kind === 'paragraphs' || field.kind === 'json') {
    const isJson = field.kind === 'json';
    return (
      <textarea
        {...shared}
        rows={isJson ? 14 : 6}
        className={isJson ? 'mono' : undefined}
        spellCheck={!isJson}
      />
    );
  }
  if (field.kind === 'number') {
    const { min, max, whole, unit } = field;
    return (
      <span className="with-unit">
        <input {...shared} type="number" min={min} max={max} step={whole ? 1 : 'any'} inputMode="decimal" />
        {unit === '' ? null : <span className="soft">{unit}</span>}
      </span>
    );
  }
  return field.kind === 'date' ? (
    <input {...shared} type="datetime-local" step={hasSeconds(shared.defaultValue) ? 1 : undefined} />
  ) : (
    <input {...shared} type="text" />
  );
}

/** A browser refuses seconds unless it is told that they matter. */
function hasSeconds(value: string): boolean {
  return value.length > '2026-03-01T12:00'.length;
}

function Options({ choices }: { choices: readonly Choice[] }) {
  return choices.map(({ value, label }) => (
    <option key={value} value={value}>
      {label}
    </option>
  ));
}

/** Settings are described in Markdown for the docs; of that, a form needs only the code. */
function Hint({ text }: { text: string }) {
  return text.split('`').map((part, index) =>
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text never change places.
    index % 2 === 1 ? <code key={index}>{part}</code> : part,
  );
}

function FieldError({ id, error }: { id: string; error: string | undefined }) {
  return error ? (
    <p className="error" id={`${id}-error`}>
      {error}
    </p>
  ) : null;
}

/** The metrics of a phase, the primary one first. A row without a metric is left out. */
export function MetricsRows({ field, state }: { field: MetricsField; state: Typed }) {
  const whole = state.fields['metrics'];
  return (
    <fieldset className="field setting" disabled={field.locked}>
      <legend>{field.label}</legend>
      <p className="hint" id="setting-metrics-hint">
        <Hint text={field.hint} />
        {field.locked ? ' Locked.' : null}
      </p>
      {field.rows.map((row, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row is known by its place.
        <MetricRow key={place} {...{ row, place, state }} known={field.known} />
      ))}
      <FieldError id="setting-metrics" error={whole} />
    </fieldset>
  );
}

function MetricRow({
  row,
  place,
  known,
  state,
}: {
  row: MetricsField['rows'][number];
  place: number;
  known: MetricsField['known'];
  state: Typed;
}) {
  const names = { metric: `metrics[${place}].metric`, weight: `metrics[${place}].weight` };
  const error = state.fields[names.metric] ?? state.fields[names.weight];
  const id = `setting-${names.metric}`;
  const metric = state.values[names.metric] ?? row.metric;
  const weight = state.values[names.weight] ?? row.weight;
  const invalid = {
    'aria-invalid': error ? true : undefined,
    'aria-describedby': error ? `${id}-error` : undefined,
  } as const;
  return (
    <div className="metric-row">
      <select
        key={metric}
        name={names.metric}
        defaultValue={metric}
        aria-label={place === 0 ? 'Primary metric' : `Metric ${place + 1}`}
        {...invalid}
      >
        <option value="">none</option>
        {known.map(({ value, label }) => (
          <option key={value} value={value}>
            {label} ({value})
          </option>
        ))}
      </select>
      <input
        key={`weight ${weight}`}
        name={names.weight}
        defaultValue={weight}
        type="number"
        min={0}
        max={1000}
        step="any"
        inputMode="decimal"
        placeholder="weight"
        aria-label={`Weight of metric ${place + 1}`}
        {...invalid}
      />
      <FieldError id={id} error={error} />
    </div>
  );
}
