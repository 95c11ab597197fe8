import type { CheckedCase } from '#cli/dataset/check/check-case.ts';
import { errorLines, isAccepted } from '#cli/dataset/check/checked-cases.ts';
import { FINDINGS, isError } from '#cli/dataset/check/findings.ts';
import { headerTextCounts } from '#cli/dataset/report/report.ts';
import { headerTextLines } from '#cli/dataset/report/report-text.ts';
import { formatBytes } from '#cli/progress.ts';
import type { Task } from '#lib/domain/tasks/task.ts';
import { metricOf } from '#lib/domain/tasks/task-metrics.ts';
import type { SealReport } from './seal-test-set.ts';
import { siteStrataLines } from './site-strata.ts';

/** What `heldout testset seal` prints at its end. */
export function sealReportText(out: string, report: SealReport, task: Task): string {
  const { checked, caseCount } = report;
  const lines = [out, `  ${formatBytes(report.bytes)}, SHA-256 ${report.sha256}`];
  const refused = errorLines(checked);
  if (refused.length > 0) {
    lines.push(`  left out ${checked.length - caseCount} of ${checked.length} cases:`);
    lines.push(...refused.map((line) => `    ${line}`));
  }
  const accepted = checked.filter(isAccepted);
  lines.push(...headerTextLines(headerTextCounts(accepted)));
  for (const [code, { title }] of Object.entries(FINDINGS)) {
    const found = accepted.filter(({ findings }) => findings.some((finding) => finding.code === code));
    if (found.length === 0) continue;
    lines.push(`  ${title} (${found.length} of ${caseCount} cases):`);
    lines.push(...found.map((one) => `    ${one.source.name}: ${messages(one, code)}`));
  }
  const worst = Object.entries(report.worst).map(([name, value]) => {
    const unit = metricOf(task, name)?.unit;
    return ` ${name} ${Number(value.toPrecision(6))}${unit && unit !== '1' ? ` ${unit}` : ''};`;
  });
  if (worst.length > 0) lines.push(`  worst values, for failed cases:${worst.join('')}`);
  lines.push(...siteStrataLines(report.strata));
  return `${lines.join('\n')}\n`;
}

function messages({ findings }: CheckedCase, code: string): string {
  return findings
    .filter((finding) => finding.code === code && !isError(finding))
    .map(({ slug, message }) => (slug === null ? message : `${slug}: ${message}`))
    .join('; ');
}
