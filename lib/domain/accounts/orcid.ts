/** ORCID iDs: 16 characters in four groups, of which the last is a check character (ISO 7064, MOD 11-2). */

const PATTERN = /^(?:https?:\/\/(?:www\.)?orcid\.org\/)?(\d{4})-?(\d{4})-?(\d{4})-?(\d{3}[\dX])\/?$/i;

/** 0000-0002-1825-0097, from what people paste; null if it isn't an ORCID iD or its check character is wrong. */
export function parseOrcid(text: string): string | null {
  const groups = PATTERN.exec(text.trim())?.slice(1);
  if (!groups) return null;
  const id = groups.join('').toUpperCase();
  return id[15] === checkCharacter(id.slice(0, 15)) ? groups.join('-').toUpperCase() : null;
}

function checkCharacter(digits: string): string {
  const total = [...digits].reduce((sum, digit) => (sum + Number(digit)) * 2, 0);
  const check = (12 - (total % 11)) % 11;
  return check === 10 ? 'X' : String(check);
}
