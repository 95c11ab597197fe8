import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it, test } from 'vitest';
import { Markdown } from '#components/markdown/markdown.tsx';
import { markdownProblem, markdownSchema } from '#lib/domain/challenges/markdown.ts';

const shown = (text: string) => renderToStaticMarkup(createElement(Markdown, { text }));

describe('Markdown of organizers', () => {
  it.each([
    ['<script>alert(1)</script>', '&lt;script&gt;alert(1)&lt;/script&gt;'],
    ['a <img src=x onerror=alert(1)> b', '<p>a &lt;img src=x onerror=alert(1)&gt; b</p>'],
    ['[a](javascript:alert(1))', '<p><span>a</span></p>'],
    ['[a](data:text/html,x)', '<p><span>a</span></p>'],
    ['[a](JaVaScRiPt:alert(1))', '<p><span>a</span></p>'],
    ['![a picture](https://evil.example/x.png)', '<p><span class="soft">a picture</span></p>'],
    ['![a][b]\n\n[b]: https://evil.example/x.png', '<p><span class="soft">a</span></p>'],
  ])('shows %s without scripts, images or elements of the author', (text, html) => {
    expect(shown(text)).toBe(html);
  });

  it('shows headings below that of the page, lists, tables and links', () => {
    const text = '# One\n\n### Two\n\n- a\n- b\n\n| x | y |\n|---|---|\n| 1 | 2 |\n\n[a](https://x.example)';
    const html = shown(text);
    for (const part of ['<h2>One</h2>', '<h3>Two</h3>', '<li>a</li>', '<th>x</th>', '<td>2</td>']) {
      expect(html).toContain(part);
    }
    expect(html).toContain('<a href="https://x.example" rel="noopener noreferrer nofollow ugc">a</a>');
  });

  it.each([
    ['a paragraph', 'a paragraph\n\nanother one'],
    ['a rule', '-'.repeat(200)],
    ['a list in a list in a quote', '> - a\n>   - b\n>     1. c'],
    ['a table', '| a | b |\n|---|---|\n| 1 | 2 |'],
  ])('accepts %s', (_, text) => {
    expect(markdownProblem(text)).toBeNull();
  });

  it.each([
    ['>'.repeat(8000), /^Line 1 has more than 8 quotes or lists/],
    [`${'- '.repeat(4000)}a`, /^Line 1 has more than 8 quotes or lists/],
    [`a\n${'> 1. '.repeat(10)}b`, /^Line 2 /],
    [`${'|a'.repeat(2000)}\n${'|-'.repeat(2000)}\n${'|b\n'.repeat(500)}`, /vertical bars/],
    ['a\n'.repeat(700), /^At most 600 lines/],
  ])('refuses what would take long to show, and shows it as it is', (text, message) => {
    expect(markdownProblem(text)).toMatch(message);
    expect(markdownSchema(100_000).safeParse(text).success).toBe(false);
    expect(shown(text)).toMatch(/^<p class="lines">/);
  });
});

test('the longest text that is accepted is shown within a second, however it is nested', () => {
  const nested = Array.from({ length: 599 }, (_, line) => `${'  '.repeat(line % 30)}- a`).join('\n');
  const wide = `${'|a'.repeat(24)}\n${'|-'.repeat(24)}\n${'|b\n'.repeat(590)}`;
  for (const text of [nested, wide, '*a _b '.repeat(3300), '[a]('.repeat(5000)]) {
    expect(markdownProblem(text)).toBeNull();
    const startedMs = performance.now();
    expect(shown(text)).not.toMatch(/^<p class="lines">/);
    // Measured at 0.1 to 0.6 s; a machine that is busy takes longer.
    expect(performance.now() - startedMs).toBeLessThan(5000);
  }
});
