/** Maximum length of an algorithm's name and version; used by the form and the server. */
export const MAX_ALGORITHM_NAME_LENGTH = 120;
