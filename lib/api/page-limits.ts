/** Rows of a list on a page of the site: they take most of the time that the page takes. The API sends more. */
export const PAGE_LIMITS = { limit: 25, maxLimit: 200 };
