'use client';

import { useEffect, useRef, useState } from 'react';
import { LocalTime, ZoneName } from '#components/challenge/local-time.tsx';
import { utcDateTime } from '#components/format/time.ts';
import { readZoned } from '#lib/domain/zones.ts';

/** What a date of a form is in UTC and in the organizer's own time zone, while it and the zone are changed. */
export function DateEcho({ name, zone, value }: { name: string; zone: string; value: string }) {
  const [typed, setTyped] = useState({ value, zone });
  const line = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    const form = line.current?.closest('form');
    const read = () => {
      const fields = form?.elements;
      const field = fields?.namedItem(name);
      const choice = fields?.namedItem('zone');
      if (!(field instanceof HTMLInputElement)) return;
      setTyped({ value: field.value, zone: choice instanceof HTMLSelectElement ? choice.value : zone });
    };
    read();
    form?.addEventListener('input', read);
    return () => form?.removeEventListener('input', read);
  }, [name, zone]);
  const read = readZoned(`${typed.value}[${typed.zone}]`);
  return (
    <p className="hint" ref={line}>
      <Instant read={read} />
    </p>
  );
}

function Instant({ read }: { read: ReturnType<typeof readZoned> }) {
  if (read === null) return null;
  if ('problem' in read) return read.problem;
  const iso = read.at.toISOString();
  return (
    <>
      <time dateTime={iso}>{utcDateTime(iso)}</time>
      <span className="scripted">
        {' '}
        · <LocalTime iso={iso} /> in your time zone
        <ZoneName />
      </span>
    </>
  );
}
