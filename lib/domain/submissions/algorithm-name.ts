/** Characters of the name that a team gives an algorithm and its version; the form and the server share it. */
export const MAX_ALGORITHM_NAME_LENGTH = 120;
