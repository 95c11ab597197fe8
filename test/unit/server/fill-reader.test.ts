import { expect, test } from 'vitest';
import { decodeReader, encodeReader, type Reader, readerPlaceholder } from '#lib/api/pages/reader.ts';
import { escapeEverywhere, fillReader as fill, pageForReaders } from '#server/public-cache/fill-reader.ts';

const SECRET = '0123456789abcdef0123456789abcdef';
const HOSTILE = [
  '</script><script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "$& $1 $' $` $undefined $L1",
  'a\\"b\\u003c\\',
  '\u2028\u2029\n\r\t\0',
  '&lt;b&gt; &amp; &#60;',
  `reader-${SECRET}-team:name`,
  'Ärzte für Ӂ 脳 𝒜 👩‍🔬 e\u0301',
];

/** As Next sends it: the reader’s texts in the HTML, and the reader in the data. */
function pageFor(encoded: string): string {
  const { name, team, unread } = decodeReader(encoded);
  return `<b title="${name}">${name}</b><i>${unread}</i>${team ? `<a href="/teams/${team.slug}">${team.name}</a>` : ''}<script>self.__next_f.push([1,"0:{\\"encoded\\":\\"${encoded}\\"}\\n"])</script>`;
}

function fillReader(html: string, placeholder: string, reader: Reader): string {
  return fill(pageForReaders(html, placeholder, null), reader, null).toString();
}

/** What a browser makes of numeric references. */
function textOf(html: string): string {
  return html.replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));
}

test.each(HOSTILE)('a reader named %j is shown as text in the page, and is the same in its data', (text) => {
  const reader = { name: text, team: { slug: 'a-team', name: text }, teams: ['a-team'], unread: text };
  const placeholder = readerPlaceholder(SECRET, reader);
  const html = fillReader(pageFor(placeholder), placeholder, reader);
  const [, title, name, unread, href, team, script] =
    /^<b title="([^"<>]*)">([^"<>]*)<\/b><i>([^"<>]*)<\/i><a href="([^"<>]*)">([^"<>]*)<\/a><script>([^<>]*)<\/script>$/.exec(
      html,
    ) ?? [];
  const shown = [title, name, unread, href, team].map((part) => textOf(part ?? ''));
  expect(shown).toEqual([text, text, text, '/teams/a-team', text]);
  const data: string[] = [];
  new Function('self', script!)({ __next_f: { push: ([, part]: [number, string]) => data.push(part) } });
  const { encoded } = JSON.parse(data.join('').slice(2)) as { encoded: string };
  expect(decodeReader(encoded)).toEqual(reader);
});

test('escaped text is inert in HTML, attributes and scripts', () => {
  for (const text of HOSTILE) expect(escapeEverywhere(text)).toMatch(/^[\p{L}\p{N} &#;]*$/u);
  expect(escapeEverywhere('Ada Lovelace 2')).toBe('Ada Lovelace 2');
});

test('an encoded reader has no character that means something in HTML or scripts', () => {
  for (const text of HOSTILE) {
    expect(encodeReader({ name: text, team: null, teams: [text], unread: '3' })).toMatch(
      /^%7B[\w%.!~*'()-]+$/,
    );
  }
});

test.each(['', ' nonce="c2VjcmV0IG5vbmNlIG9mIDE2IGI="'])(
  'a placeholder that Next has cut into two parts of its data is filled in, with%s',
  (nonce) => {
    const reader = { name: 'Ada', team: null, teams: [], unread: '' };
    const placeholder = readerPlaceholder(SECRET, reader);
    const page = pageFor(placeholder);
    const at = page.lastIndexOf(placeholder) + 9;
    const cut = `${page.slice(0, at)}"])</script><script${nonce}>self.__next_f.push([1,"${page.slice(at)}`;
    const filled = fillReader(cut, placeholder, reader);
    expect(filled).toBe(fillReader(page, placeholder, reader));
    expect(filled).not.toContain(SECRET);
  },
);

test('the placeholder of someone without a team has no team', () => {
  const alone = { name: 'Ada', team: null, teams: [], unread: '' };
  const placeholder = readerPlaceholder(SECRET, alone);
  expect(decodeReader(placeholder)).toEqual({
    ...{ name: `${placeholder}:name`, team: null, teams: [] },
    unread: `${placeholder}:unread`,
  });
  expect(decodeReader(encodeReader(alone))).toEqual(alone);
});
