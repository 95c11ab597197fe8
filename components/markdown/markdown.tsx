import type { ComponentProps } from 'react';
import ReactMarkdown from 'react-markdown';
import remarkGfm from 'remark-gfm';
import { markdownProblem } from '#lib/domain/challenges/markdown.ts';

const SAFE_PROTOCOLS = /^(https?:|mailto:)/i;
const HAS_PROTOCOL = /^[a-z][a-z0-9+.-]*:/i;

/** Links lead to pages or mail addresses. Anything else, such as a script, is no link. */
function safeUrl(url: string): string {
  return HAS_PROTOCOL.test(url) && !SAFE_PROTOCOLS.test(url) ? '' : url;
}

type Heading = 'h2' | 'h3' | 'h4' | 'h5' | 'h6';
const headingAt = (level: number) => `h${Math.min(level, 6)}` as Heading;

function partsOf(top: number): ComponentProps<typeof ReactMarkdown>['components'] {
  const [first, second, third] = [headingAt(top), headingAt(top + 1), headingAt(top + 2)];
  return {
    ...{ h1: first, h2: first, h3: second, h4: third, h5: third, h6: third },
    // Pictures would be fetched from other hosts, which would learn who reads the page.
    img: ({ alt }) => <span className="soft">{alt}</span>,
    a: ({ node: _node, href, children, ...rest }) =>
      href ? (
        <a {...rest} href={href} rel="noopener noreferrer nofollow ugc">
          {children}
        </a>
      ) : (
        <span>{children}</span>
      ),
    table: ({ children }) => (
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table is scrolled with the keyboard.
      <section className="table-scroll" aria-label="Table" tabIndex={0}>
        <table className="plain">{children}</table>
      </section>
    ),
  };
}

/**
 * The only way in which the site shows Markdown: elements of React, never HTML of the author, without images. Its
 * headings begin at the level `top`.
 */
export function Markdown({ text, top = 2 }: { text: string; top?: number }) {
  if (markdownProblem(text) !== null) return <p className="lines">{text}</p>;
  return (
    <ReactMarkdown
      remarkPlugins={[remarkGfm]}
      remarkRehypeOptions={{ footnoteLabelTagName: headingAt(top) }}
      urlTransform={safeUrl}
      components={partsOf(top) ?? null}
    >
      {text}
    </ReactMarkdown>
  );
}
