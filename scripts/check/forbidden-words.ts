/** Words that Heldout doesn't use, and what it says instead; any letter case unless the pattern has capitals. */
export interface ForbiddenWord {
  /** With the flag g: every match is reported. */
  pattern: RegExp;
  say: string;
  /** Files in which the word has another meaning. */
  except?: RegExp;
}

export const FORBIDDEN_WORDS: readonly ForbiddenWord[] = [
  {
    pattern: /\bfound(?:s|ed|ing)? (?:a|an|another|the|your) team\b|\bfounders?\b/gi,
    say: 'create a team, owner',
  },
  {
    pattern:
      /\bfaults? of ours\b|\bour (?:own )?faults?\b|\bfaults? on our side\b|\bfaults? of the platform\b/gi,
    say: 'platform error, infrastructure failure',
  },
  { pattern: /\bteams?['’]s? faults?\b/gi, say: 'submission error' },
  { pattern: /\bTeamFault\b/g, say: 'SubmissionError' },
  { pattern: /\bPlatformFault\b/g, say: 'PlatformError' },
  { pattern: /requiresSecondWall|\bsecondWall/g, say: 'requiresGvisor' },
  {
    pattern: /\bsecond[ -]wall\b|\bwalls\b/gi,
    say: 'isolation layers; gVisor',
    // Of ventricles.
    except: /^examples\/synthetic\/anatomy\//,
  },
  { pattern: /\bgVisor,? or not at all\b/gi, say: 'gVisor required' },
  { pattern: /\bfor ever\b/gi, say: 'permanently, indefinitely, forever' },
  { pattern: /\b(?:containers?|requests?) a (?:scan|case|submission)\b/gi, say: 'one … per case' },
  {
    pattern: /\bdrawn ids?\b|\bids?,? drawn\b|\bdrawOrder\b/gi,
    say: 'random, pseudonymous case IDs; shuffle',
  },
  { pattern: /\blacksFor\b/g, say: 'missing capabilities, unsupported phase' },
  { pattern: /\boutlast(?:s|ed|ing)?\b/gi, say: 'retry while … is unavailable' },
  { pattern: /\bhash(?:es)? agrees?\b/gi, say: 'checksum verified' },
  { pattern: /\bnobody we know\b/gi, say: 'an unknown sender (SIGKILL)' },
  { pattern: /\ba lease later\b/gi, say: 'when the lease expires' },
  { pattern: /\b(?:MOST|LONGEST)_[A-Z]/g, say: 'MAX_…' },
  { pattern: /\bto the organizers alone\b/gi, say: 'visible to organizers, organizers can read' },
  { pattern: /\bcontractWords\b|\b(?:metric|rule)-words\b/g, say: 'format… for text helpers' },
  { pattern: /\b(?:on|from|to|of|leads?) (?:the|a|this|that) boards?\b/gi, say: 'leaderboard' },
  { pattern: /\b(?:he|him|his|she|her)\b/gi, say: 'you, they' },
];
