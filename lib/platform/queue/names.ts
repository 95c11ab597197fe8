/** The queue of evaluations. */
export const EVALUATIONS = 'evaluations';
/** Name of the `pg_notify` channel that announces a possible new job. */
export const EVALUATION_QUEUED = 'evaluation_queued';
