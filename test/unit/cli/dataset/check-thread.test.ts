import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';

const LIST = `
import { registerHooks } from 'node:module';
const urls = [];
registerHooks({ load: (url, context, next) => { urls.push(url); return next(url, context); } });
await import('#cli/dataset/check/check-case.ts');
console.log(JSON.stringify(urls));
`;

it('a thread that checks and seals cases loads no package, because that takes as long as several cases', () => {
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', LIST], {
    encoding: 'utf8',
  });
  const urls: string[] = JSON.parse(output);
  expect(urls.some((url) => url.endsWith('/check-case.ts'))).toBe(true);
  expect(urls.filter((url) => url.includes('/node_modules/'))).toEqual([]);
});
