/** Words that Heldout doesn't use, and what it says instead; any letter case unless the pattern has capitals. */
export interface ForbiddenWord {
  pattern: RegExp;
  say: string;
  /** Files in which the word has another meaning. */
  except?: RegExp;
}

export const FORBIDDEN_WORDS: readonly ForbiddenWord[] = [
  {
    pattern: /\bfound(?:s|ed|ing)? (?:a|an|another|the|your) team\b|\bfounders?\b/i,
    say: 'create a team, owner',
  },
  {
    pattern:
      /\bfaults? of ours\b|\bour (?:own )?faults?\b|\bfaults? on our side\b|\bfaults? of the platform\b/i,
    say: 'platform error, infrastructure failure',
  },
  { pattern: /\bteams?['’]s? faults?\b/i, say: 'submission error' },
  { pattern: /\bTeamFault\b/, say: 'SubmissionError' },
  { pattern: /\bPlatformFault\b/, say: 'PlatformError' },
  { pattern: /requiresSecondWall|\bsecondWall/, say: 'requiresGvisor' },
  {
    pattern: /\bsecond[ -]wall\b|\bwalls\b/i,
    say: 'isolation layers; gVisor',
    // Of ventricles.
    except: /^examples\/synthetic\/anatomy\//,
  },
  { pattern: /\bgVisor,? or not at all\b/i, say: 'gVisor required' },
  { pattern: /\bfor ever\b/i, say: 'permanently, indefinitely, forever' },
  { pattern: /\b(?:containers?|requests?) a (?:scan|case|submission)\b/i, say: 'one … per case' },
  {
    pattern: /\bdrawn ids?\b|\bids?,? drawn\b|\bdrawOrder\b/i,
    say: 'random, pseudonymous case IDs; shuffle',
  },
  { pattern: /\blacksFor\b/, say: 'missing capabilities, unsupported phase' },
  { pattern: /\boutlast(?:s|ed|ing)?\b/i, say: 'retry while … is unavailable' },
  { pattern: /\bhash(?:es)? agrees?\b/i, say: 'checksum verified' },
  { pattern: /\bnobody we know\b/i, say: 'an unknown sender (SIGKILL)' },
  { pattern: /\ba lease later\b/i, say: 'when the lease expires' },
  { pattern: /\b(?:MOST|LONGEST)_[A-Z]/, say: 'MAX_…' },
  { pattern: /\bto the organizers alone\b/i, say: 'visible to organizers, organizers can read' },
  { pattern: /\bcontractWords\b|\b(?:metric|rule)-words\b/, say: 'format… for text helpers' },
  { pattern: /\b(?:on|from|to|of|leads?) (?:the|a|this|that) boards?\b/i, say: 'leaderboard' },
  { pattern: /\b(?:he|him|his|she|her)\b/i, say: 'you, they' },
];
