import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readDataset } from '#cli/dataset/dataset.ts';
import { plainCase, writeFiles } from '#test/support/datasets/write-dataset.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'heldout-metadata-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function metadataWith(name: string, table: string | Uint8Array) {
  await writeFiles(folder, { ...plainCase('atlas-3-raw', 'r001s001', 1), [name]: table });
  const { cases, notes } = await readDataset(folder);
  return { ...cases[0]!.metadata, notes };
}

const HEADER = 'BIDS_ID,CENTER,CHRONICITY,DAYS_POST_STROKE';
const KNOWN = { CENTER: 'R001', CHRONICITY: '1', DAYS_POST_STROKE: 400 };

describe('a table of metadata', () => {
  it.each([
    ['commas', `${HEADER}\nsub-r001s001,R001,1,400\n`],
    ['a byte order mark', `\uFEFF${HEADER}\nsub-r001s001,R001,1,400\n`],
    ['CRLF', `${HEADER}\r\nsub-r001s001,R001,1,400\r\n`],
    ['line ends of both kinds', `${HEADER}\r\nsub-x,X,1,4\nsub-r001s001,R001,1,400\r\n`],
    ['semicolons', `${HEADER.replaceAll(',', ';')}\nsub-r001s001;R001;1;400\n`],
    ['tabs', `${HEADER.replaceAll(',', '\t')}\nsub-r001s001\tR001\t1\t400\n`],
    ['quotes', `${HEADER}\n"sub-r001s001","R001","1","400"\n`],
    ['subjects without sub-', `${HEADER}\nr001s001,R001,1,400\n`],
    ['numbers as pandas writes them beside blanks', `${HEADER}\nsub-r001s001,R001,1.0,400.0\n`],
    ['blank lines and cells that are missing', `${HEADER}\n\nsub-x\n\nsub-r001s001,R001,1,400\n\n`],
    ['a column of sessions', `${HEADER},Session\nsub-r001s001,R9,2,9,2\nsub-r001s001,R001,1,400,ses-1\n`],
    ['other names for the columns', 'Subject ID,Site,Chronicity,Days Post Stroke\nr001s001,R001,1,400\n'],
  ])('is read with %s', async (_, table) => {
    expect(await metadataWith('ATLAS_metadata.csv', table)).toMatchObject(KNOWN);
  });

  it('is read in UTF-16 and in Windows-1252', async () => {
    const text = `${HEADER}\nsub-r001s001,Köln,1,400\n`;
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);
    expect((await metadataWith('a.csv', utf16)).CENTER).toBe('Köln');
    expect((await metadataWith('a.csv', Buffer.from(text, 'latin1'))).CENTER).toBe('Köln');
  });

  it.each(['', 'n/a', 'N/A', 'NaN', 'nan', 'null'])('%j means unknown', async (cell) => {
    const table = `${HEADER}\nsub-r001s001,${cell},${cell},${cell}\n`;
    expect(await metadataWith('a.csv', table)).toMatchObject({
      CENTER: null,
      CHRONICITY: null,
      DAYS_POST_STROKE: null,
    });
  });

  it.each(['0', '-1', '-999', 'soon'])('%j days mean unknown', async (days) => {
    const table = `${HEADER}\nsub-r001s001,R001,1,${days}\n`;
    expect((await metadataWith('a.csv', table)).DAYS_POST_STROKE).toBeNull();
  });

  it('days with a decimal comma count where semicolons separate', async () => {
    const table = `${HEADER.replaceAll(',', ';')}\nsub-r001s001;R001;1;1,5\n`;
    expect((await metadataWith('a.csv', table)).DAYS_POST_STROKE).toBe(1.5);
  });

  it('leaves open what another table says, and participants.tsv counts first', async () => {
    await writeFiles(folder, {
      'participants.tsv': 'participant_id\tsite\tdays_post_stroke\nsub-r001s001\tR001\tn/a\n',
    });
    expect(await metadataWith('a.csv', `${HEADER}\nsub-r001s001,other,1,400\n`)).toMatchObject(KNOWN);
  });

  it('says which tables count, which cases have no row, and what it can’t read', async () => {
    const { notes } = await metadataWith('a.csv', `${HEADER}\nsub-x,X,1,4\nsub-x,Y,1,4\n`);
    expect(notes).toEqual([
      'a.csv has several rows for sub-x that differ. The first one counts.',
      'Metadata from a.csv.',
      'No row of metadata for sub-r001s001, session ses-1.',
      '1 subjects of the tables have no scan here.',
    ]);
    expect((await metadataWith('meta.xlsx', 'PK')).notes).toContain(
      'meta.xlsx is not read. Save it as CSV to use its metadata.',
    );
  });
});
