/** Formats a size in MiB as "512 MiB", "16 GiB" or "1.5 GiB". */
export function mebibytes(count: number): string {
  if (count < 1024) return `${count} MiB`;
  const gibibytes = count / 1024;
  return `${Number.isInteger(gibibytes) ? gibibytes : gibibytes.toFixed(1)} GiB`;
}

/** Formats a count: "1 day", "2 days". */
export function counted(count: number, singular: string, plural: string = `${singular}s`): string {
  return `${count} ${count === 1 ? singular : plural}`;
}
