import { PrismaPg } from '@prisma/adapter-pg';
import { ColumnTypeEnum } from '@prisma/driver-adapter-utils';
import type pg from 'pg';

type Adapter = Awaited<ReturnType<PrismaPg['connect']>>;

/** OIDs of two PostgreSQL types in pg_type: the internal "char", and text. */
const CHAR = 18;
const TEXT = 25;

/** Prisma's adapter for PostgreSQL with two corrections that its migration engine needs. */
export class EnginePg extends PrismaPg {
  /** Opened connections, because the engine doesn't close them. */
  readonly opened: { dispose(): Promise<void> }[] = [];

  override async connect() {
    const adapter = await super.connect();
    this.opened.push(adapter);
    sendScriptsWhole(adapter);
    passCharColumns(adapter);
    return adapter;
  }
}

/**
 * The adapter splits a script at every semicolon (even inside a function body or a comment) and runs the
 * parts one by one. As a single query, a migration is one transaction that is applied completely or not at
 * all.
 */
function sendScriptsWhole(adapter: Adapter): void {
  const pool = adapter.underlyingDriver();
  const query = pool.query.bind(pool);
  adapter.executeScript = async (script) => {
    await query(script);
  };
}

/**
 * The adapter refuses results with a column of the type "char", which the engine reads when it describes a
 * database. Such columns pass the adapter as text and get their type back afterwards.
 */
function passCharColumns(adapter: Adapter): void {
  const pool = adapter.underlyingDriver();
  const query = pool.query.bind(pool);
  const charColumns = new WeakMap<object, number[]>();
  const queryPool = async (config: pg.QueryArrayConfig) => {
    const result = await query(config);
    const indexes = result.fields.flatMap((field, index) => (field.dataTypeID === CHAR ? [index] : []));
    charColumns.set(result.rows, indexes);
    for (const index of indexes) result.fields[index]!.dataTypeID = TEXT;
    return result;
  };
  Object.assign(pool, { query: queryPool });
  const queryRaw = adapter.queryRaw.bind(adapter);
  adapter.queryRaw = async (params) => {
    const result = await queryRaw(params);
    for (const index of charColumns.get(result.rows) ?? [])
      result.columnTypes[index] = ColumnTypeEnum.Character;
    return result;
  };
}
